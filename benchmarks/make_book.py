#!/usr/bin/env python3
# ruff: noqa
# ruff: noqa: PGH004
# fmt: off
# One dense generator, kept as it is so that its seeds make the same files everywhere.
"""make_book.py - a synthetic book of any size: contacts, interactions, follow-ups, deals. Standard library only, seeded.

  make_book.py 100000 1000000 OUTDIR [--today 2026-03-02] [--seed 1] [--dupes 0.02] [--delimiter ,] [--encoding utf-8]
               [--bom] [--dirty 0]

OUTDIR/contacts.csv      name,given,family,email,phone,company,title,city,country,birthday,lifecycle,tags,notes
OUTDIR/interactions.csv  contact,kind,at,direction,subject,text,amount,currency   (chronological, ends at --today)
OUTDIR/followups.csv     contact,due,text,every                                (one for every eight contacts)
OUTDIR/deals.csv         contact,title,stage,amount,currency,probability,close (one for every twenty)
OUTDIR/dupes.csv         row_a,row_b,kind   (1-based data rows of contacts.csv that are the same person)

All names, companies and addresses are made by combining word lists; mail domains end in .example.
Company sizes and activity per person follow a Zipf-like law; ~15 % of people have no company; 2 % of the rows are
near-duplicates of an earlier row (see DUP_KINDS). --dirty P replaces a share P of cells by rubbish (for reject tests).
"""
import argparse, bisect, itertools, math, os, random, sys, time, unicodedata

# ------------------------------------------------------------------ word lists
PL_M = "Łukasz Paweł Michał Józef Rafał Błażej Sławomir Grzegorz Wojciech Krzysztof Stanisław Zdzisław Świętosław Marek Jan Tomasz Piotr Jakub".split()
PL_F = "Małgorzata Grażyna Bożena Agnieszka Elżbieta Żaneta Wiesława Katarzyna Joanna Ewa Zofia Halina Jadwiga Dorota Iwona Marta Olga Anna".split()
PL_S = "Wójcik Woźniak Śliwa Gąsior Źrebiec Zając Król Wróbel Dudek Kaczmarek Mazur Krawczyk Pająk Żak Sikora Baran Ćwik Głąb Łoś Jeż".split()
PL_SKI = "Kamińsk Dąbrowsk Kozłowsk Jabłońsk Wiśniewsk Lewandowsk Zielińsk Szymańsk Piotrowsk Żółkiewsk Łęczyńsk Górsk".split()
SK_M = "Ľubomír Štefan Jozef Ján Tomáš Lukáš Matúš Čestmír Vladimír Ondrej Dušan Ľudovít Peter Juraj".split()
SK_F = "Žofia Ľudmila Zuzana Mária Daša Ružena Katarína Lucia Alžbeta Oľga Viera Jana Eva Nina".split()
SK_S = "Kováč Horváth Šimko Ďurica Hudák Baláž Krajčír Vrábeľ Gašpar Mikuš Polák Kučera Šťastný Malý Hríbik Mäkký".split()
RU_M = "Алексей Дмитрий Сергей Пётр Юрий Фёдор Артём Иван Андрей Николай Владимир Евгений Игорь Максим".split()
RU_F = "Ольга Татьяна Екатерина Наталья Ирина Людмила Ксения Анна Мария Юлия Светлана Галина Дарья Вера".split()
RU_S = "Иванов Кузнецов Щербаков Журавлёв Ефимов Чернышев Яковлев Гущин Шаповалов Зайцев Объедков Цыганков Соловьёв Фёдоров Шубин Ёлкин".split()
RU_PAT = "Иван Пётр Юрьев Алексеев Сергеев Николаев".split()
DE_G = "Jürgen Käthe Björn Jörg Günther Sören Anneliese Hans-Peter Ute Heike Matthias Rüdiger".split()
DE_S = "Weiß Großmann Müller Schäfer Köhler Jäger Schröder Böhm Fuchs Vogel Strauß Grün".split()
EN_G = "Siobhán Oliver Amelia Jack Isla Harry Freya Noah Aoife Ruth Dylan Beth".split()
EN_S = "O'Connell O’Brien Smith-Jones Taylor Ní_Dhomhnaill McGrath Fletcher Hughes Clarke D'Souza Wright Doyle".split()
JP_G = "花子 健一 美咲 翔太 陽子 大輔 さくら 直樹".split(); JP_S = "佐藤 高橋 鈴木 田中 渡辺 伊藤 山本 中村".split()
AR_G = "ليلى يوسف فاطمة أحمد مريم خالد نور سعيد".split(); AR_S = "الحداد المصري الخطيب النجار العلي الشامي البغدادي حسن".split()
TR_G = "İpek Çağla Ömer Şule Gökhan Işıl".split(); TR_S = "Yıldız Öztürk Çelik Şahin Güneş Kılıç".split()
VI_G = "Ánh Dũng Hằng Tuấn Linh Phượng".split(); VI_S = "Nguyễn_Thị Trần_Văn Lê_Đức Phạm_Thị Hoàng Võ".split()
CITY = {'PL': "Łódź Kraków Wrocław Gdańsk Poznań Częstochowa Rzeszów Białystok Toruń Warszawa Kielce Zielona_Góra".split(), 'SK': "Bratislava Košice Žilina Prešov Nitra Trenčín Poprad Banská_Bystrica Levoča".split(),
        'RU': "Москва Казань Екатеринбург Нижний_Новгород Челябинск Пермь Уфа Сочи".split(), 'DE': "Köln München Düsseldorf Nürnberg Görlitz Leipzig".split(), 'GB': "London Leeds Galway Cardiff Bristol".split(),
        'JP': "東京 大阪 京都 札幌".split(), 'AE': "دبي أبوظبي الشارقة".split(), 'TR': "İstanbul İzmir Ankara".split(), 'VN': "Hà_Nội Đà_Nẵng Huế".split(), 'CZ': "Praha Brno Plzeň Ústí_nad_Labem".split()}
TITLE = {'PL': ["Kierownik zakupów", "Dyrektor handlowy", "Właściciel", "Specjalista ds. sprzedaży", "Księgowa", "Prezes zarządu", ""], 'SK': ["Vedúci nákupu", "Konateľ", "Majiteľka", "Obchodný zástupca", "Účtovníčka", ""],
         'RU': ["Начальник отдела закупок", "Владелец", "Менеджер", "Главный бухгалтер", "Директор", ""], 'DE': ["Einkäufer", "Geschäftsführerin", "Vertrieb", ""], '*': ["Buyer", "Owner", "Sales manager", "CFO", ""]}
W1 = {'PL': "Stal Agro Bud Meta Piek Trans Elektro Hydro Kwiat Drew Papier Ceram".split(), 'SK': "Tatra Slovo Kvet Stroj Drevo Papier Hydro Elektro Bryndza".split(), 'RU': "Урал Волга Сибир Строй Лес Прибор Снаб Агро Тех".split(), 'DE': "Rhein Stahl Wald Berg Glas".split(), '*': "North Blue Prime Acme Delta".split(), 'JP': "さくら 富士 みどり".split(), 'AE': "المنارة الواحة النخيل".split()}
W2 = {'PL': "mex pol trans wit lux hurt tech bud".split(), 'SK': "stroj mont plast servis trade tech".split(), 'RU': "снаб торг сервис пром маш".split(), 'DE': "werk bau handel technik".split(), '*': "works trade foods parts labs".split(), 'JP': "貿易 工業 商事".split(), 'AE': " للتجارة| للمقاولات".split('|')}
SUF = {'PL': [" Sp. z o.o.", " S.A.", " s.c.", " sp.j.", ""], 'SK': [" s.r.o.", ", a.s.", ""], 'RU': ["", " и Ко"], 'DE': [" GmbH", " & Co. KG", " AG"], '*': [" Ltd", ", Inc.", " & Sons"], 'JP': ["株式会社"], 'AE': [""]}
PRE = {'RU': ["ООО «", "АО «", "ИП "], '*': [""]}
CUR = {'PL': 'PLN', 'SK': 'EUR', 'RU': 'RUB', 'DE': 'EUR', 'GB': 'GBP', 'JP': 'JPY', 'AE': 'AED', 'TR': 'TRY', 'VN': 'VND', 'CZ': 'CZK'}
DIAL = {'PL': ('+48 ', 9, '5678'), 'SK': ('+421 9', 8, '0124'), 'RU': ('+7 9', 9, '0126'), 'DE': ('+49 1', 9, '567'), 'GB': ('+44 7', 9, '4579'), 'JP': ('+81 ', 9, '3679'), 'AE': ('+971 5', 8, '0245'), 'TR': ('+90 5', 9, '345'), 'VN': ('+84 ', 9, '3579'), 'CZ': ('+420 ', 9, '67')}
MIX = [('PL', 46), ('SK', 20), ('RU', 20), ('DE', 4), ('GB', 3), ('CZ', 3), ('JP', 1), ('AE', 1), ('TR', 1), ('VN', 1)]
LIFE = ['lead'] * 48 + ['prospect'] * 22 + ['customer'] * 18 + ['loyal'] * 4 + ['lapsed'] * 6 + ['other'] * 2
TAGS = ["vip", "klient", "dostawca", "zákazník", "клиент", "targi-2024", "newsletter", "rabat", "hurt", "nowy"]
NOTE = ["", "", "", "", "Dzwonić po 14:00", "Prosi o fakturę, termin 14 dni", 'Powiedział: "nie teraz"', "Objednáva každý štvrtok; platí načas", "Скидка 5 %, НДС включён", "linia 1\nlinia 2", "Rabat 7,5% 🎉", "Nur per E-Mail"]
SUBJ = {'PL': ["Oferta", "Rozmowa o cenach", "Zamówienie", "Reklamacja", "Umowa roczna", "Spotkanie na targach", "Faktura", "Przypomnienie"], 'SK': ["Ponuka", "Objednávka", "Reklamácia", "Zmluva", "Stretnutie", "Faktúra"], 'RU': ["Предложение", "Заказ", "Рекламация", "Договор", "Встреча", "Счёт"], '*': ["Quote", "Order", "Follow-up", "Meeting", "Invoice", "Contract"]}
BODY = {'PL': ["", "Klient prosi o kontakt w przyszłym tygodniu.", "Ustalono rabat 5%, do potwierdzenia.", "Nie odebrał.", "Wysłano ofertę; czeka na decyzję zarządu.", 'Cytat: "za drogo"', "Punkt 1\nPunkt 2\nPunkt 3"], 'SK': ["", "Ozve sa budúci týždeň.", "Dohodnutá zľava 5 %.", "Neberie telefón.", "Poslaná ponuka, čaká na schválenie."], 'RU': ["", "Просил перезвонить на следующей неделе.", "Договорились о скидке 5 %.", "Не ответил.", "Отправлено КП; ждём решения."], '*': ["", "Call back next week.", "Agreed 5% off, to be confirmed.", "No answer.", "Sent the quote, waiting."]}
KINDS = ['email'] * 41 + ['call'] * 28 + ['note'] * 12 + ['meeting'] * 8 + ['message'] * 4 + ['visit'] * 1 + ['purchase'] * 4 + ['return'] * 1 + ['complaint'] * 1
DUP_KINDS = ['same_email_case', 'no_diacritics', 'swapped_order', 'typo', 'same_phone_other_email', 'phone_format', 'company_suffix', 'missing_fields', 'plus_tag', 'transliterated']

TR = {}
for a, b in zip("абвгдезийклмнопрстуфцы", "abvgdeziyklmnoprstufcy"): TR[a] = b
TR.update({'ё': 'e', 'ж': 'zh', 'х': 'kh', 'ч': 'ch', 'ш': 'sh', 'щ': 'shch', 'ъ': '', 'ь': '', 'э': 'e', 'ю': 'yu', 'я': 'ya', 'ł': 'l', 'đ': 'd', 'ß': 'ss', 'ı': 'i', 'ø': 'o', 'æ': 'ae'})
ROM = dict(zip(JP_G + JP_S, "hanako kenichi misaki shota yoko daisuke sakura naoki sato takahashi suzuki tanaka watanabe ito yamamoto nakamura".split()))
ROM.update(zip(AR_G + AR_S, "layla yousef fatima ahmed maryam khaled nour said haddad masri khatib najjar ali shami baghdadi hassan".split()))
_cache = {}
def ascii_(s):
    r = _cache.get(s)
    if r is None:
        if s in ROM: r = ROM[s]
        else:
            x = ''.join(TR.get(c, c) for c in s.lower())
            x = ''.join(c for c in unicodedata.normalize('NFKD', x) if not unicodedata.combining(c))
            r = ''.join(c for c in x if c.isascii() and (c.isalnum())) or 'x'
        _cache[s] = r
    return r
def fold(s):
    return ''.join(c for c in unicodedata.normalize('NFKD', s.replace('ł', 'l').replace('Ł', 'L')) if not unicodedata.combining(c))
def q(s, d):
    if '"' in s: return '"' + s.replace('"', '""') + '"'
    return '"' + s + '"' if (d in s or '\n' in s) else s
def zipf_cum(n, s, shift):
    return list(itertools.accumulate((i + shift) ** -s for i in range(n)))

def names(rnd, c):
    R = rnd.random
    pick = lambda l: l[int(R() * len(l))]
    f = R() < .5
    if c == 'PL':
        g = pick(PL_F if f else PL_M)
        if R() < .45: s = pick(PL_SKI) + ('a' if f else 'i')
        else: s = pick(PL_S)
        if f and R() < .06: s += '-' + pick(PL_S)
    elif c in ('SK', 'CZ'):
        g = pick(SK_F if f else SK_M); s = pick(SK_S)
        if f: s = s[:-1] + 'á' if s.endswith('ý') else (s[:-1] if s.endswith('a') else s) + 'ová'
    elif c == 'RU':
        g = pick(RU_F if f else RU_M); s = pick(RU_S) + ('а' if f else '')
    elif c == 'DE': g, s = pick(DE_G), pick(DE_S)
    elif c == 'GB': g, s = pick(EN_G), pick(EN_S)
    elif c == 'JP': g, s = pick(JP_G), pick(JP_S)
    elif c == 'AE': g, s = pick(AR_G), pick(AR_S)
    elif c == 'TR': g, s = pick(TR_G), pick(TR_S)
    else: g, s = pick(VI_G), pick(VI_S)
    return g, s.replace('_', ' ')

def phone(rnd, c):
    p, n, first = DIAL[c]
    d = first[int(rnd.random() * len(first))] + str(int(rnd.random() * 10 ** (n - 1))).zfill(n - 1)
    return p + ' '.join(d[i:i + 3] for i in range(0, len(d), 3))

def main():
    ap = argparse.ArgumentParser(); ap.add_argument('n', type=int); ap.add_argument('m', type=int); ap.add_argument('out')
    ap.add_argument('--seed', type=int, default=1); ap.add_argument('--dupes', type=float, default=.02); ap.add_argument('--delimiter', default=','); ap.add_argument('--encoding', default='utf-8'); ap.add_argument('--bom', action='store_true'); ap.add_argument('--dirty', type=float, default=0.); ap.add_argument('--today', default='2026-03-02')
    a = ap.parse_args(); rnd = random.Random(a.seed); R = rnd.random; t0 = time.perf_counter()
    os.makedirs(a.out, exist_ok=True); d = ',' if a.delimiter == ',' else {'\\t': '\t', 'tab': '\t'}.get(a.delimiter, a.delimiter)
    opn = lambda f: open(os.path.join(a.out, f), 'w', encoding=a.encoding + ('-sig' if a.bom and a.encoding == 'utf-8' else ''), errors='replace', newline='', buffering=1 << 20)
    N, M = a.n, a.m
    nd = int(N * a.dupes); nb = N - nd
    # companies
    countries = rnd.choices([c for c, _ in MIX], [w for _, w in MIX], k=max(1, nb))
    ncomp = max(1, N // 7); by = {c: [] for c, _ in MIX}; seen = set()
    for ci, c in enumerate(rnd.choices([c for c, _ in MIX], [w for _, w in MIX], k=ncomp)):
        k = c if c in W1 else ('SK' if c == 'CZ' else '*')
        base = W1[k][int(R() * len(W1[k]))] + W2[k][int(R() * len(W2[k]))]
        if R() < .55 and k != 'JP': base += ' ' + str(int(R() * 900) + 100) if R() < .3 else '-' + CITY[c][int(R() * len(CITY[c]))].replace('_', ' ')
        pre = PRE.get(k, PRE['*']); pre = pre[int(R() * len(pre))]
        nm = pre + base + ('»' if pre.endswith('«') else '') + SUF[k][int(R() * len(SUF[k]))]
        dom = ascii_(base)[:24] + (str(ci) if base in seen else '') + '.example'; seen.add(base)
        by[c].append((nm, dom, CITY[c][int(R() * len(CITY[c]))].replace('_', ' ')))
    ccum = {c: zipf_cum(len(v), 1.05, 2) for c, v in by.items() if v}
    P = []; used = set(); emails = []; ctry = []
    life, tags, notes = LIFE, TAGS, NOTE
    for i in range(nb):
        c = countries[i]; g, s = names(rnd, c)
        if R() < .85 and by[c]:
            cc = ccum[c]; co, dom, city = by[c][bisect.bisect_left(cc, R() * cc[-1])]
            tl = TITLE.get(c) or TITLE['SK' if c == 'CZ' else '*']; ti = tl[int(R() * len(tl))]
        else:
            co = ti = ''; dom = ('example.com', 'example.org', 'example.net')[int(R() * 3)]; city = CITY[c][int(R() * len(CITY[c]))].replace('_', ' ')
        ag, as_ = ascii_(g), ascii_(s); r = R()
        loc = ag + '.' + as_ if r < .6 else ag[0] + '.' + as_ if r < .8 else as_ + '.' + ag if r < .9 else ag + as_
        em = loc + '@' + dom
        if em in used: em = loc + str(i) + '@' + dom
        used.add(em)
        r = R(); b = '' if r < .6 else f'{1945 + int(R() * 60)}-{1 + int(R() * 12):02d}-{1 + int(R() * 28):02d}' if r < .95 else f'--{1 + int(R() * 12):02d}-{1 + int(R() * 28):02d}'
        tg = '' if R() < .6 else ';'.join(dict.fromkeys(tags[int(R() * len(tags))] for _ in range(1 + int(R() * 3))))
        P.append([f'{s} {g}' if c == 'JP' else f'{g} {s}', g, s, em, phone(rnd, c) if R() < .8 else '', co, ti, city, c, b, life[int(R() * len(life))], tg, notes[int(R() * len(notes))]])
        emails.append(em); ctry.append(c)
    # near-duplicates, inserted at random later places
    dup = []
    for j in range(nd if nb else 0):
        i = int(R() * nb); o = P[i]; x = list(o); k = DUP_KINDS[j % len(DUP_KINDS)]
        if k == 'same_email_case': x[3] = o[3].upper() if R() < .5 else o[3].title(); x[4] = ''
        elif k == 'no_diacritics': x[0], x[1], x[2] = fold(o[0]), fold(o[1]), fold(o[2]); x[3] = ''
        elif k == 'swapped_order': x[0] = f'{o[2]} {o[1]}'; x[1], x[2] = o[2], o[1]; x[3] = 'prywatny.' + o[3]
        elif k == 'typo':
            s = o[2]; p = 1 + int(R() * max(1, len(s) - 2)); x[2] = s[:p] + s[p + 1:p + 2] + s[p:p + 1] + s[p + 2:]; x[0] = f'{o[1]} {x[2]}'; x[3] = ''
        elif k == 'same_phone_other_email': x[3] = ascii_(o[1]) + str(j) + '@example.net'; x[5] = ''
        elif k == 'phone_format': x[4] = o[4].replace('+', '00').replace(' ', '') if R() < .5 else o[4].replace(' ', '-'); x[3] = ''
        elif k == 'company_suffix': x[5] = o[5].replace(' Sp. z o.o.', ' sp. z o. o.').replace(' s.r.o.', ', spol. s r.o.').upper(); x[3] = ''
        elif k == 'missing_fields': x = [o[0], '', '', o[3], '', '', '', '', '', '', '', '', '']
        elif k == 'plus_tag': l, _, dm = o[3].partition('@'); x[3] = f'{l}+crm@{dm}'
        else: x[1], x[2] = ascii_(o[1]).title(), ascii_(o[2]).title(); x[0] = f'{x[1]} {x[2]}'; x[3] = ''
        dup.append((i, x, k))
    slots = sorted(((i + 1 + R() * (nb - i)), i, x, k) for i, x, k in dup)
    rows = 0
    junk = ['\x00', '??', 'n/d', '#N/D!', '=1+1', '31.02.2020', 'a@b@c', '"']
    with opn('contacts.csv') as f, open(os.path.join(a.out, 'dupes.csv'), 'w', newline='') as df:
        f.write(d.join('name given family email phone company title city country birthday lifecycle tags notes'.split()) + '\n'); df.write('row_a,row_b,kind\n')
        pos = [0] * nb; si = 0; w = f.write
        for i in range(nb + 1):
            while si < len(slots) and (i == nb or slots[si][0] <= i):
                rows += 1; _, oi, x, k = slots[si]; w(d.join([q(v, d) for v in x]) + '\n'); df.write(f'{pos[oi]},{rows},{k}\n'); si += 1
            if i < nb:
                rows += 1; pos[i] = rows; x = P[i]
                if a.dirty and R() < a.dirty: x = list(x); x[int(R() * 13)] = junk[int(R() * len(junk))]
                w(d.join([q(v, d) for v in x]) + '\n')
    t1 = time.perf_counter()
    # interactions: people by a shuffled Zipf law, days with weekday weight, office hours
    if M and nb:
        perm = list(range(nb)); rnd.shuffle(perm); cum = zipf_cum(nb, .95, 3)
        import datetime
        day0 = datetime.date.fromisoformat(a.today) - datetime.timedelta(365 * 7); days = []
        for k in range(365 * 7):
            dd = day0 + datetime.timedelta(k); days += [dd.isoformat()] * ((1 + k // 365) * (6 if dd.weekday() < 5 else 1))
        hm = [f'{h:02d}:{mi:02d}' for h in (8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 15, 16, 17, 18, 20) for mi in range(0, 60, 5)]
        kinds = KINDS; D = len(days); sub = {c: [q(v, d) for v in SUBJ.get(c, SUBJ['*'])] for c, _ in MIX}; bod = {c: [q(v, d) for v in BODY.get(c, BODY['*'])] for c, _ in MIX}
        em = [q(e, d) for e in emails]; nh = len(hm); nk = len(kinds); CH = 20000
        with opn('interactions.csv') as f:
            f.write(d.join('contact kind at direction subject text amount currency'.split()) + '\n'); done = 0
            while done < M:
                n = min(CH, M - done); out = []
                for j, r in enumerate(rnd.choices(perm, cum_weights=cum, k=n)):
                    c = ctry[r]; k = kinds[int(R() * nk)]; s = sub[c]; b = bod[c]
                    tail = f'{d}{math.exp(6.5 + 1.2 * rnd.gauss(0, 1)):.2f}{d}{CUR[c]}\n' if k in ('purchase', 'return') else d + d + '\n'
                    w = '' if k in ('note', 'purchase', 'return') else 'in' if k == 'complaint' or R() < .4 else 'out'
                    out.append(f'{em[r]}{d}{k}{d}{days[(done + j) * D // M]} {hm[int(R() * nh)]}{d}{w}{d}{s[int(R() * len(s))]}{d}{b[int(R() * len(b))]}{tail}')
                f.write(''.join(out)); done += n
        today = datetime.date.fromisoformat(a.today); cum8 = range(0, nb, 8)
        with opn('followups.csv') as f:
            f.write(d.join('contact due text every'.split()) + '\n')
            for i in cum8:
                b = SUBJ.get(ctry[i], SUBJ['*']); due = today + datetime.timedelta(int(R() * 150) - 30)
                f.write(f"{em[i]}{d}{due}{d}{q(b[int(R() * len(b))], d)}{d}{'month' if R() < .1 else ''}\n")
        with opn('deals.csv') as f:
            f.write(d.join('contact title stage amount currency probability close'.split()) + '\n')
            for i in range(0, nb, 20):
                b = SUBJ.get(ctry[i], SUBJ['*']); st = int(R() * 6); close = today + datetime.timedelta(int(R() * 200) - 40)
                f.write(f"{em[i]}{d}{q(b[int(R() * len(b))], d)}{d}{('new', 'qualified', 'proposal', 'negotiation', 'won', 'lost')[st]}{d}{math.exp(8 + R() * 3):.2f}{d}{CUR[ctry[i]]}{d}{(10, 30, 50, 75, 100, 0)[st]}{d}{close}\n")
    t2 = time.perf_counter()
    print(f'{rows} contacts ({len(slots)} near-duplicates) in {t1 - t0:.1f} s, {M} interactions in {t2 - t1:.1f} s -> {a.out}', file=sys.stderr)
if __name__ == '__main__': main()
