"""The other languages that messages are sent in: whole answers only.

A family answers a message in its language with a word or a short sentence; a message is
understood when these phrases, politeness and nothing else make it up. Tables, not grammars: what
is not here is unclear, and a person reads it. Folded when loaded (no case, no accents).
"""

from typing import NamedTuple


class Phrases(NamedTuple):
    """Phrases of one language, separated by commas."""

    yes: str
    no: str
    move: str
    late: str
    help: str
    stop: str
    wrong: str
    polite: str
    reason: str = ""


LANGUAGES: dict[str, Phrases] = {
    "en": Phrases(
        yes="yes, yeah, yep, ok, okay, sure, i confirm, confirmed, confirm, i will come, i ll come, "
        "i ll be there, i will be there, we will be there, we ll be there, i am coming, "
        "i m coming, we are coming, see you there, see you tomorrow, no problem, of course, "
        "i can come, perfect, great, sounds good, all good",
        no="no, nope, i can t come, i cannot come, i can not come, i can t make it, cannot make it, "
        "can t make it, i cannot make it, i m not coming, i am not coming, i won t come, "
        "i will not come, i won t be there, i will not be there, we can t come, we cannot come, "
        "we won t be there, we won t be able to come, we won t be able to attend, i won t be able to come, "
        "i won t be able to attend, i won t be able to make it, we can t make it, not coming, "
        "we are not coming, we re not coming, "
        "i can t, i cannot, cancel, cancel it, please cancel it, "
        "i cancel, i want to cancel, i would like to cancel, i need to cancel, i have to cancel, "
        "cancel my appointment, cancel the appointment, i m unable to come, not available, "
        "i would like to cancel my appointment, i want to cancel my appointment, "
        "i need to cancel my appointment, not possible, impossible, i am not available",
        move="reschedule, postpone, another day, another date, another time, change the date, "
        "change the time, can i reschedule, i need to reschedule, i want to reschedule, "
        "can we reschedule, move the appointment, change my appointment, later date",
        late="late, i m late, i am late, i will be late, i ll be late, running late, "
        "i m running late, a bit late, but late, but i will be late",
        help="help, i need help, i don t understand, i do not understand, info",
        stop="stop, unsubscribe, stop messages, stop texting me, stop sms",
        wrong="wrong number, you have the wrong number, wrong person, who is this, who are you, "
        "i think you have the wrong number, not my number",
        polite="please, thanks, thank you, thank you very much, many thanks, sorry, i m sorry, "
        "i am sorry, hello, hi, good morning, good evening, good afternoon, regards, "
        "in advance, best regards, tomorrow, today, on monday, on tuesday, on wednesday, on thursday, "
        "on friday, bye, have a nice day, have a good day, so sorry, unfortunately, madam, sir",
        reason="my son is sick, my daughter is sick, my child is sick, my baby is sick, my kid is sick, i am "
        "sick, i m sick, we are sick, i have to work, i am working, i m working, i am at work, i m at "
        "work, he is sick, she is sick, my son is ill, my daughter is ill, my baby has a fever, my "
        "son has a fever",
    ),
    "es": Phrases(
        yes="sí, si, vale, ok, claro, claro que sí, confirmo, confirmado, de acuerdo, perfecto, "
        "voy, iré, ahí estaré, allí estaré, estaré allí, asistiré, sin problema, iremos, "
        "vamos, venimos, vendremos, vamos a ir, voy a ir, si confirmo, muy bien, por supuesto",
        no="no, no puedo, no puedo ir, no podré ir, no puedo asistir, no podré asistir, "
        "no puedo venir, no voy, no voy a ir, no iré, no iremos, no podemos ir, anular, anulo, "
        "cancelar, cancelo, cancela, cancele la cita, cancelar la cita, anular la cita, "
        "quiero cancelar, quiero cancelar la cita, quiero anular la cita, no puedo mañana, "
        "imposible, no es posible, quisiera cancelar la cita",
        move="cambiar, cambiar la cita, otro día, otra fecha, otra hora, aplazar, posponer, "
        "cambiar la fecha, cambiar la hora, puedo cambiar la cita, quiero cambiar la cita",
        late="tarde, llego tarde, llegaré tarde, voy a llegar tarde, con retraso, "
        "un poco tarde, pero tarde, pero llegaré tarde",
        help="ayuda, no entiendo, necesito ayuda",
        stop="parar, baja, darme de baja, no más mensajes",
        wrong="número equivocado, se equivoca de número, quién es, quién eres, "
        "se ha equivocado de número, está equivocado de número",
        polite="gracias, muchas gracias, por favor, hola, buenos días, buenas tardes, lo siento, "
        "de antemano, por adelantado, perdón, disculpe, un saludo, saludos, mañana, hoy, disculpen, "
        "el lunes, el martes, el miércoles, el jueves, el viernes, hasta mañana",
        reason="mi hijo está enfermo, mi hija está enferma, el niño está enfermo, la niña está enferma, "
        "estoy enferma, estoy enfermo, tengo que trabajar, estoy trabajando, tiene fiebre",
    ),
    "pt": Phrases(
        yes="sim, ok, claro, confirmo, confirmado, de acordo, perfeito, vou, irei, estarei lá, "
        "estarei presente, lá estarei, sem problema, está bem, tudo bem, nós vamos, com certeza, "
        "vamos, eu vou, sim confirmo, combinado",
        no="não, não posso, não posso ir, não poderei ir, não vou, não vou poder ir, não irei, "
        "não posso vir, não consigo ir, não podemos ir, anular, anulo, cancelar, cancelo, "
        "cancele, quero cancelar, quero anular, cancelar a consulta, anular a consulta, "
        "impossível, não é possível, quero cancelar a consulta, não estarei presente, "
        "não vou estar presente, eu não posso ir",
        move="mudar, adiar, remarcar, outro dia, outra data, outra hora, mudar a data, "
        "mudar a hora, quero remarcar, posso remarcar, quero adiar",
        late="atrasado, atrasada, vou chegar atrasada, vou chegar atrasado, estou atrasada, "
        "estou atrasado, com atraso, mas atrasada, mas com atraso",
        help="ajuda, não entendo, não percebo, preciso de ajuda, não compreendo",
        stop="parar, sair, não quero mais mensagens",
        wrong="número errado, é engano, enganou se no número, quem é, quem fala, quem és, está enganado",
        polite="obrigado, obrigada, muito obrigada, muito obrigado, por favor, se faz favor, olá, "
        "bom dia, boa tarde, boa noite, desculpe, desculpa, peço desculpa, lamento, amanhã, hoje, "
        "desde já, cumprimentos, até amanhã",
        reason="o meu filho está doente, a minha filha está doente, meu filho está doente, minha filha está "
        "doente, estou doente, tenho de trabalhar, estou a trabalhar, tem febre",
    ),
    "tr": Phrases(
        yes="evet, tamam, olur, onaylıyorum, geliyorum, geleceğim, geleceğiz, geliyoruz, "
        "tabii, tabi, elbette, orada olacağım, orada olacağız, peki, teyit ediyorum, olur gelirim, "
        "gelirim, ok",
        no="hayır, gelemem, gelemiyorum, gelemeyeceğim, gelemeyeceğiz, gelmiyorum, "
        "gelmeyeceğim, iptal, iptal edin, iptal ediyorum, iptal etmek istiyorum, "
        "randevuyu iptal edin, randevumu iptal edin, randevumu iptal etmek istiyorum, "
        "mümkün değil, müsait değilim, yarın gelemem, iptal et",
        move="ertele, ertelemek istiyorum, erteleyebilir miyiz, başka gün, başka bir gün, "
        "başka bir tarih, değiştirmek istiyorum, başka saat, randevumu değiştirmek istiyorum, "
        "randevumu ertelemek istiyorum",
        late="geç, geç kalacağım, geç geleceğim, biraz geç, biraz geç kalacağım, gecikeceğim, "
        "ama geç, ama geç kalacağım",
        help="yardım, anlamadım, anlamıyorum",
        stop="dur, durdur, mesaj göndermeyin",
        wrong="yanlış numara, kimsiniz, siz kimsiniz, bu numara yanlış",
        polite="şimdiden, teşekkürler, teşekkür ederim, sağ olun, sağolun, lütfen, merhaba, günaydın, "
        "özür dilerim, üzgünüm, kusura bakmayın, iyi günler, yarın, bugün, iyi akşamlar, selam",
        reason="oğlum hasta, kızım hasta, bebeğim hasta, çocuğum hasta, hastayım, çalışıyorum, işteyim",
    ),
    "ro": Phrases(
        yes="da, ok, bine, confirm, confirmat, vin, venim, voi veni, vom veni, de acord, sigur, "
        "desigur, perfect, voi fi acolo, vom fi acolo, nicio problemă, da vin, da confirm",
        no="nu, nu pot, nu pot veni, nu pot să vin, nu voi putea veni, nu vin, nu venim, "
        "nu putem veni, nu mai vin, anulez, anulați, anulare, vreau să anulez, doresc să anulez, "
        "vă rog să anulați, imposibil, nu este posibil, nu ajung, nu o să pot veni, "
        "vreau să anulez programarea, nu pot ajunge",
        move="altă zi, altă dată, altă oră, reprogramare, vreau să reprogramez, amân, "
        "vreau să amân, schimb, pot să reprogramez, se poate reprograma",
        late="întârzii, voi întârzia, am întârziat, cu întârziere, dar întârzii, dar voi întârzia, puțin mai târziu",
        help="ajutor, nu înțeleg, nu am înțeles",
        stop="oprire, dezabonare, nu mai trimiteți mesaje",
        wrong="număr greșit, ați greșit numărul, cine este, cine sunteți, cine ești, nu este numărul meu",
        polite="mulțumesc, mersi, vă mulțumesc, vă rog, bună ziua, bună, salut, îmi pare rău, "
        "anticipat, scuze, mă scuzați, mâine, astăzi, azi, o zi bună, bună seara, bună dimineața",
        reason="copilul este bolnav, copilul e bolnav, fetița e bolnavă, sunt bolnavă, sunt bolnav, lucrez, "
        "sunt la serviciu",
    ),
    "uk": Phrases(
        yes="так, да, добре, гаразд, підтверджую, прийду, прийдемо, буду, будемо, ок, звичайно, "
        "звісно, згодна, згоден, так прийду, так буду, так підтверджую, ми прийдемо, я прийду, "
        "я буду, подтверждаю, приду, хорошо",
        no="ні, нет, не можу, не зможу, не зможу прийти, не можу прийти, не прийду, не прийдемо, "
        "не зможемо прийти, скасувати, скасуйте, скасовую, відмінити, відміна, відмініть, "
        "хочу скасувати, прошу скасувати, не буду, я не зможу прийти, ми не зможемо прийти, "
        "не смогу прийти, я не можу прийти, скасуйте запис, неможливо, отмена",
        move="перенести, інший день, інша дата, інший час, хочу перенести, можна перенести, "
        "прошу перенести, перенесіть, на інший день",
        late="запізнюсь, запізнюся, запізнююсь, спізнюся, але запізнюсь, але запізнюся, "
        "трохи запізнюсь, трохи запізнюся",
        help="допомога, допоможіть, не розумію",
        stop="стоп, відписатися, не пишіть більше",
        wrong="помилка номером, ви помилилися номером, помилились номером, хто це, хто ви, неправильний номер",
        polite="дякую, дуже дякую, спасибі, будь ласка, добрий день, доброго дня, вибачте, "
        "наперед, заздалегідь, перепрошую, вітаю, завтра, сьогодні, на жаль, добрий вечір, доброго ранку, спасибо",
        reason="дитина хвора, син хворий, донька хвора, дитина захворіла, я хвора, я хворий, я захворіла, я працюю",
    ),
    "ar": Phrases(
        yes="نعم, اجل, أجل, ايوه, أيوة, ايه, موافق, موافقة, أؤكد, اؤكد, سآتي, ساتي, سأحضر, ساحضر, "
        "سوف أحضر, سوف احضر, سوف آتي, سنحضر, حسنا, تمام, طيب, اوكي, أكيد, اكيد, سأكون هناك, "
        "نعم سأحضر, نعم ساحضر, ان شاء الله نعم, نعم أؤكد",
        no="لا, كلا, لا أستطيع, لا استطيع, لا أستطيع الحضور, لا استطيع الحضور, لن أحضر, لن احضر, "
        "لن آتي, لن اتي, لن أستطيع الحضور, لن استطيع الحضور, لا يمكنني الحضور, لا يمكنني, "
        "إلغاء, الغاء, إلغاء الموعد, الغاء الموعد, ألغي الموعد, الغوا الموعد, أريد إلغاء الموعد, "
        "اريد الغاء الموعد, أرجو إلغاء الموعد, لن نحضر, لن نستطيع الحضور, مستحيل, غير ممكن, "
        "لا أقدر, ما اقدر, ما أقدر أجي",
        move="تأجيل, تاجيل, تأجيل الموعد, تاجيل الموعد, تغيير الموعد, أريد تغيير الموعد, "
        "اريد تغيير الموعد, يوم آخر, يوم اخر, موعد آخر, موعد اخر, أريد تأجيل الموعد, وقت آخر",
        late="متأخر, متأخرة, سأتأخر, ساتاخر, سأتأخر قليلا, ساتاخر قليلا, تأخير, ولكن سأتأخر, لكن سأتأخر",
        help="مساعدة, ساعدوني, لم أفهم, لا أفهم, لم افهم",
        stop="توقف, أوقف, اوقف, إيقاف, ايقاف",
        wrong="رقم خطأ, الرقم خطأ, الرقم غلط, رقم غلط, من أنت, من انت, من أنتم, من معي",
        polite="شكرا, شكرا جزيلا, شكرا لكم, من فضلك, من فضلكم, لو سمحت, السلام عليكم, مرحبا, "
        "آسف, آسفة, اسف, اسفة, عذرا, صباح الخير, مساء الخير, غدا, اليوم, للأسف, ان شاء الله, "
        "مسبقا, بارك الله فيكم",
        reason="ابني مريض, ابنتي مريضة, طفلي مريض, أنا مريضة, أنا مريض, عندي عمل, أعمل",
    ),
}

# A no of which a word begins so is an order: it gives an appointment up by itself, and answers "are you sure?".
ORDERS = ("cancel", "anul", "iptal", "скасу", "відмін", "отмен", "الغ")
MINUTES = ("min", "mins", "minute", "minutes", "minuto", "minutos", "dakika", "dk", "хв", "хвилин", "دقائق", "دقيقة")
