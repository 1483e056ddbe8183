"""Invented sentences, names, dates and amounts in the languages of the pages. The same seed gives the same words."""

import datetime
import random

EN = {
    "who": ["The committee", "Our supplier", "A small team of engineers", "The regional museum", "Every second reader",
            "The night train", "A retired carpenter", "The city library", "Most of the visitors", "The new harbour office",
            "Her younger brother", "The weather station", "A group of students", "The bakery on the corner",
            "The research vessel", "Nobody in the village", "The orchestra", "A cautious investor", "The old lighthouse",
            "The school council", "An unusually mild winter", "The local newspaper", "The repair workshop",
            "Each of the four partners"],
    "did": ["approved", "has quietly replaced", "could not explain", "will publish", "measured", "described", "rejected",
            "finally repaired", "is going to extend", "had already paid for", "ordered", "inspected", "delivered",
            "compared", "wants to preserve", "underestimated", "opened", "postponed", "collected", "translated"],
    "what": ["the budget for the coming year", "three boxes of photographs", "a bridge across the lower valley",
             "the results of the survey", "twelve wooden chairs", "an agreement with the neighbouring towns",
             "the heating of the main building", "a catalogue of rare plants", "the first half of the manuscript",
             "the missing pages of the logbook", "a simple method for drying herbs", "the timetable of the ferry",
             "every complaint about noise", "the roof of the east wing", "a collection of handwritten maps",
             "the price of a single ticket", "two proposals for the market square", "a pump that runs on sunlight",
             "the minutes of the last meeting", "fresh bread, coffee and honey"],
    "when": ["before the end of March", "in spite of the heavy rain", "after a long discussion", "on the following Monday",
             "without asking for more money", "for the third time since 1987", "within the next fifteen days",
             "because the deadline had passed", "as early as half past six", "although only 38 people came",
             "while the road was closed", "at a total cost of $4,250", "with the help of volunteers",
             "during the quiet weeks of summer", "at roughly 17% above the estimate", "as the contract requires"],
    "link": ["However,", "In addition,", "For this reason,", "As a result,", "Meanwhile,", "Even so,", "By contrast,"],
    "topics": ["Introduction", "Care and Maintenance", "Sources of Energy", "Travel in Winter", "Weights and Measures",
               "The Harbour District", "Planning a Garden", "Safety Instructions", "Methods of Printing", "Water Supply",
               "Insurance and Liability", "Notes on the Translation", "Choosing a Lens", "Bread and Pastry",
               "Railway Signals", "Questions for the Reader", "A Short History of Glass", "Keeping Accounts",
               "Rivers and Canals", "The Workshop", "Further Reading", "Birds of the Marshes", "Roof and Walls",
               "Testing the Equipment", "Terms of Delivery", "Music for Small Rooms"],
    "items": ["Garden gloves", "Olive oil 0.5 l", "LED lamp 7 W", "Notebook A5", "Green tea", "Rye bread", "Paint brush",
              "Batteries AA (4)", "Apple juice", "Wall hooks", "Washing powder", "Cheddar 200 g", "Bicycle tube 28\"",
              "Printer paper", "Sea salt", "Candles, white", "Oat biscuits", "Extension lead 3 m", "Tomatoes", "Soap",
              "Dark chocolate", "Light bulb E27", "Envelopes C6", "Screwdriver set", "Sunflower seeds", "Milk 1 l"],
    "first": ["Anna", "Peter", "Grace", "Oliver", "Helen", "Marcus", "Judith", "Samuel", "Irene", "Victor", "Laura", "Hugo"],
    "last": ["Whitfield", "Barnes", "Okafor", "Lindqvist", "Moreau", "Castellano", "Abernathy", "Novak", "Keller", "Dunmore",
             "Fairbanks", "Ortega"],
    "firms": ["Harbour & Sons Ltd", "Northgate Tools", "Bluefield Printing Co.", "Maple Street Bakery", "Orchard Supplies",
              "Stonebridge Insurance", "Quayside Books", "Larkspur Travel", "Millrace Energy", "Copperfield Music"],
    "streets": ["Mill Lane", "Station Road", "Harbour Street", "Orchard Avenue", "Queen's Walk", "Chapel Hill", "River View"],
    "towns": ["Ashcombe AC3 7QT", "Port Ellery PE1 4BD", "Westmarch WM12 9HL", "Kingsford KF8 2RN", "Dunwater DW5 1JS"],
}
DE = {
    "who": ["Der Gemeinderat", "Unser Lieferant", "Eine kleine Gruppe von Schülerinnen", "Das Museum für Völkerkunde",
            "Die Bäckerei am Brückenplatz", "Jeder fünfte Käufer", "Die Prüfstelle", "Der frühere Geschäftsführer"],
    "did": ["genehmigte", "prüfte", "eröffnete", "übersetzte", "erklärte", "veröffentlichte", "überschätzte", "lieferte"],
    "what": ["den Haushalt für das nächste Jahr", "die Brücke über den Fluss", "eine größere Zahl von Büchern",
             "das Gerät mit der kürzesten Wartezeit", "die Öffnungszeiten der Bücherei", "zwölf hölzerne Stühle",
             "die Maße der äußeren Tür", "ein Verzeichnis seltener Kräuter"],
    "when": ["vor Ende März", "trotz der heftigen Regenfälle", "für rund 4.250,00 €", "nach längerer Überlegung",
             "während der ruhigen Sommerwochen", "spätestens am 14. Februar", "ohne zusätzliche Gebühren",
             "gemäß § 12 des Vertrags"],
}
FR = {
    "who": ["Le comité", "Notre fournisseur", "Une équipe d'ingénieurs", "Le musée de la région", "La boulangère du quartier",
            "L'école du village", "Un ancien élève", "La mairie"],
    "did": ["a approuvé", "n'a pas expliqué", "publiera", "a déjà mesuré", "préfère conserver", "a enfin réparé", "étudie",
            "a présenté"],
    "what": ["le budget de l'année prochaine", "trois boîtes de photographies", "les résultats de l'enquête",
             "une méthode très simple", "le pont près de la forêt", "douze chaises en chêne", "la première moitié du récit",
             "l'horaire d'été du bateau"],
    "when": ["avant la fin du mois de février", "malgré la pluie", "à partir de 18 h 30", "pour 1 250,00 € seulement",
             "grâce à l'aide des bénévoles", "où que ce soit", "dès le 3 août", "après une longue réunion"],
}
EL = {
    "who": ["Η επιτροπή", "Ο προμηθευτής μας", "Το δημοτικό σχολείο", "Η βιβλιοθήκη της πόλης", "Το νέο μουσείο",
            "Ένας παλιός ναυτικός", "Η εφημερίδα"],
    "did": ["ενέκρινε", "μέτρησε", "δημοσίευσε", "περιέγραψε", "επισκεύασε", "παρέδωσε", "άνοιξε"],
    "what": ["τον προϋπολογισμό του έτους", "τα αποτελέσματα της έρευνας", "δώδεκα ξύλινες καρέκλες",
             "τη γέφυρα της κάτω κοιλάδας", "το πρόγραμμα των πλοίων", "έναν κατάλογο σπάνιων φυτών",
             "τις σελίδες του ημερολογίου"],
    "when": ["πριν από το τέλος Μαρτίου", "παρά τη δυνατή βροχή", "μετά από μεγάλη συζήτηση", "για 4.250 ευρώ",
             "με τη βοήθεια των εθελοντών", "την επόμενη Δευτέρα", "το καλοκαίρι του 1987"],
}
ZH = {
    "who": ["市图书馆", "我们的供应商", "一支工程师小组", "气象站", "当地的报社", "这家面包店", "研究船", "学校委员会",
            "大多数游客", "新的港务局"],
    "did": ["批准了", "已经测量了", "无法解释", "即将出版", "修好了", "重新整理了", "推迟了", "比较了", "翻译了"],
    "what": ["明年的预算", "三箱旧照片", "调查的结果", "一座跨越山谷的桥", "主楼的供暖系统", "手稿的前半部分", "渡轮的时刻表",
             "东侧的屋顶", "一批手绘地图", "上次会议的记录"],
    "when": ["在三月底之前", "经过长时间的讨论", "尽管下着大雨", "从下周一开始", "在志愿者的帮助下", "自1987年以来第三次",
             "按照合同的要求", "在夏天安静的几周里"],
}
JA = {
    "who": ["市立図書館", "私たちの取引先", "若い技術者のチーム", "地元の新聞社", "駅前のパン屋", "気象台", "この研究所",
            "学校の委員会", "多くの来場者"],
    "did": ["を承認した", "を測定しました", "を説明できなかった", "を出版する予定です", "を修理した", "を整理しています",
            "を延期した", "を比べてみた", "を翻訳した"],
    "what": ["来年の予算", "三箱の古い写真", "調査の結果", "谷にかかる橋", "本館の暖房", "原稿の前半", "フェリーの時刻表",
             "東側の屋根", "前回の会議の記録"],
    "when": ["三月の終わりまでに", "長い話し合いのあと", "大雨にもかかわらず", "来週の月曜日から", "ボランティアの協力で",
             "1987年以来はじめて", "契約のとおり", "静かな夏のあいだに"],
}
LANGUAGES = {"en": EN, "de": DE, "fr": FR, "el": EL, "zh": ZH, "ja": JA}
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December"]


class Words(random.Random):
    def sentence(self, language="en"):
        lists = LANGUAGES[language]
        who, did, what, when = (self.choice(lists[part]) for part in ("who", "did", "what", "when"))
        if language == "zh":
            return f"{who}{when}{did}{what}。" if self.random() < 0.7 else f"{when}，{who}{did}{what}。"
        if language == "ja":
            return f"{who}は{when}、{what}{did}。"
        shape = self.random()
        if language == "en" and shape < 0.15:
            return f"{self.choice(EN['link'])} {who[0].lower()}{who[1:]} {did} {what}."
        if language == "en" and shape < 0.25:
            return f"{when[0].upper()}{when[1:]}, {who[0].lower()}{who[1:]} {did} {what}."
        if language == "en" and shape < 0.32:
            return f"“{who} {did} {what},” said {self.choice(EN['first'])} {self.choice(EN['last'])}."
        return f"{who} {did} {what} {when}."

    def paragraph(self, sentences, language="en"):
        joint = "" if language in ("zh", "ja") else " "
        return joint.join(self.sentence(language) for _ in range(sentences))

    def headline(self):
        return f"{self.choice(EN['who'])} {self.choice(EN['did'])} {self.choice(EN['what'])}"

    def topics(self, count):
        return self.sample(EN["topics"], count)

    def items(self, count):
        return self.sample(EN["items"], count)

    def person(self):
        return f"{self.choice(EN['first'])} {self.choice(EN['last'])}"

    def firm(self):
        return self.choice(EN["firms"])

    def address(self):
        return [f"{self.randint(2, 240)} {self.choice(EN['streets'])}", self.choice(EN["towns"])]

    def date(self):
        day = datetime.date(2019, 1, 1) + datetime.timedelta(days=self.randrange(2500))
        return self.choice([f"{day.day} {MONTHS[day.month - 1]} {day.year}", f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
                            day.isoformat(), day.strftime("%d.%m.%Y"), day.strftime("%m/%d/%Y")])

    def amount(self, low=1, high=2000):
        return round(self.uniform(low, high), 2)

    def money(self, low=1, high=2000, sign=None):
        return (sign if sign is not None else self.choice(["$", "£", "€"])) + f"{self.amount(low, high):,.2f}"

    def reference(self):
        return f"{self.choice('ABDEHKMNRTX')}{self.choice('CFHLPRW')}-{self.randint(2019, 2026)}-{self.randint(100, 99999):05d}"

    def phone(self):
        return f"+44 {self.randint(1200, 1999)} {self.randint(100000, 999999)}"

    def email(self):
        return f"{self.choice(EN['first']).lower()}.{self.choice(EN['last']).lower()}@example.org"
