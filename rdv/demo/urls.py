"""/demo/: installed by the demonstration's settings (and the tests') alone."""

from django.urls import path

from rdv.demo import gallery, mailbox, pages, telephone, twilio

app_name = "demo"
urlpatterns = [
    path("", pages.visit, name="visit"),
    path("horloge/", pages.move_clock, name="clock"),
    path("telephone/", telephone.telephones, name="telephones"),
    path("telephone/<str:digits>/", telephone.telephone, name="telephone"),
    path("telephone/<str:digits>/fil/", telephone.thread, name="thread"),
    path("courriels/", mailbox.mailbox, name="mailbox"),
    path("courriels/<int:pk>/", mailbox.mail, name="email"),
    path("courriels/<int:pk>/html/", mailbox.html, name="html"),
    path("courriels/<int:pk>/pieces/<int:index>/", mailbox.attachment, name="attachment"),
    path("composants/", gallery.components, name="components"),
    path(f"twilio/{twilio.VERSION}/Accounts/<str:account>/Messages.json", twilio.messages, name="twilio"),
    path(f"twilio/{twilio.VERSION}/Accounts/<str:account>/Messages/<str:sid>.json", twilio.message, name="twilio_one"),
]
