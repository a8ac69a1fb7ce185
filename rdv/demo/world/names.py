"""Invented names, from everywhere families come from."""

CHILDREN = (
    "Léa", "Noé", "Emma", "Gabriel", "Louise", "Raphaël", "Jade", "Arthur", "Alice", "Jules", "Inès", "Adam", "Lina",
    "Louis", "Mila", "Naël", "Rose", "Liam", "Anna", "Ibrahim", "Chloé", "Sacha", "Léna", "Isaac", "Nour", "Malo",
    "Agathe", "Mohamed", "Zoé", "Elif", "Yanis", "Romy", "Eden", "Sofia", "Marius", "Aya", "Tiago", "Victoire",
    "Aylin", "Côme", "Mariam", "Ethan", "Juliette", "Yusuf", "Camélia", "Timéo", "Olena", "Andrei", "Capucine", "Nino",
    "Fatou", "Marceau", "Ana", "Kaïs", "Iris", "Samuel",
)  # fmt: skip
PARENTS = (
    "Marie", "Samira", "Julien", "Fatima", "Thomas", "Aminata", "Claire", "Mehmet", "Sofia", "Karim", "Élise",
    "Nicolas", "Awa", "Pauline", "Joana", "Hugo", "Irina", "Ludivine", "Omar", "Céline", "Yasmina", "Antoine",
    "Oksana", "Mathilde", "Bilal", "Laura", "Sébastien", "Khadija", "Aurélie", "Rui", "Mélanie", "Moussa", "Cindy",
    "Adrien", "Leïla", "Charlotte", "Emre", "Justine", "Ioana", "Damien", "Naïma", "Vincent", "Marta", "Estelle",
    "Tarik", "Sandra", "Maxime", "Anaïs",
)  # fmt: skip
LAST = (
    "Exemple", "Martin", "Benhaddou", "Dupré", "Traoré", "Lefort", "Yilmaz", "Moreau", "Silva", "Garnier", "Diop",
    "Chevalier", "Popescu", "Renaud", "Haddad", "Blanchet", "Kaya", "Fontaine", "Kovalenko", "Ferreira", "Marchand",
    "Cissé", "Laurent", "Amrani", "Colas", "Nguyen", "Barbier", "Sow", "Delorme", "Mansouri", "Petitjean", "Costa",
    "Rousseau", "Keita", "Vasseur", "Demir", "Masson", "Bouchard", "Ionescu", "Leclerc", "Touré", "Carpentier",
    "Aydin", "Besson", "Almeida", "Guillot", "Saïdi", "Prévost", "Ndiaye", "Tessier",
)  # fmt: skip
TEENS = (
    "Lou", "Sarah", "Maëlle", "Inaya", "Jeanne", "Alix", "Nina", "Clara", "Margaux", "Assia", "Théa", "Salomé",
)  # fmt: skip
STREETS = (
    "rue des Tilleuls", "rue du Lavoir", "allée des Cerisiers", "impasse du Four", "chemin des Vignes",
    "place du Puits", "rue de l’Abreuvoir", "rue Haute", "cour des Artisans", "rue du Pré-Vert",
)  # fmt: skip
# Languages and how many families in a hundred.
LANGUAGES = (("fr", 79), ("en", 5), ("ar", 5), ("tr", 4), ("pt", 3), ("es", 1), ("ro", 1), ("uk", 2))
