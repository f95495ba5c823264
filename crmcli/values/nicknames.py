"""Short forms of given names, in the languages of the users of crm: one line a name, folded.

A short form may belong to several names (Sasha: Alexander and Alexandra); then it is like each.
"""

_NAMES = """
agnieszka aga agusia
aleksander aleksandr alexander alexandr olek sasha shura alex aleks sasa
aleksandra alexandra ola olka sasha shura alex sasa
alexey aleksey alyosha lyosha lesha
alzbeta betka elzbieta ela elka elizabeth liz lizzie beth betty elisabeth lisa elli
anastasia nastya
andrzej jedrek andrew andy andreas andi
anna ania anka anya anicka anezka
anthony antoni tony antek tonda antonin anton
barbara basia bara barborka
bartlomiej bartek
bartosz bartek
benjamin ben
boris borya
bozena bozka
catherine katherine katarzyna katarina katerina katharina kate katie cathy kasia kaska katka katya kathi
charles charlie karel karol karl
christian christine chris
christopher chris krzysztof krzysiek krzys krystof
daniel dan danny dani danek
dariusz darek
david dave dawid
dmitry dima mitya
donald don
edward ed eddie ted edek eduard edik
ekaterina yekaterina katya kate
elena yelena lena
elizaveta liza
evgeny evgeniy yevgeny zhenya
evgenia yevgenia zhenya
ewa ewka eva evka evicka
franciszek franek frantisek franta fero
frederick fred freddie friedrich fritz
galina galya
gregory greg grzegorz grzesiek grzes grigory grisha
halina halinka
heinrich heinz henry harry henryk heniek
irena irina irka ira irenka
ivan vanya vana
jacob jakub kuba kubo jake
jadwiga jadzia
james jim jimmy jamie
jan janek jasiek honza jano janko jenda
jaroslav jarda jaro jaroslaw jarek
jennifer jen jenny
jerzy jurek jiri jirka
jessica jess
joanna asia joasia johana
johannes hans johann
john jack johnny
jonathan jon
joseph joe jozef josef jozek jozo pepa sepp
joshua josh
julia julka yulia
juraj duro
kazimierz kazik
kenneth ken
konstantin kostya
krystyna krysia kristina
ksenia ksyusha
ladislav lada laco
lawrence larry laurence
lubomir lubos
lucia lucka lucie
ludmila lida lyudmila lyuda mila
ludwig lutz
magdalena magda majda lena
malgorzata gosia malgosia margaret maggie peggy meg margarete grete
manfred manni
maria marysia maryla mania masha majka marie marka
matthew matt matthias matze mateusz
maximilian max maxim maksim
michael mike mick michi michal misko misha mikhail michail
mieczyslaw mietek
miroslav miroslaw mirek miro
nadezhda nadya
natalia natalka natasha
nicholas nick nikolay kolya mikolaj mikulas
olga olya olina
patricia pat patty
patrick pat
pavel pawel pasha
peter pete petr peto piotr piotrek pyotr petya peta
philip phil filip
rebecca becky
richard rick dick ryszard rysiek risa
robert rob bob bobby
roman romek
ronald ron
rudolf ruda rudi
samantha sam
samuel sam samo
sebastian basti seba
sergey sergei seryozha
slawomir slawek slavomir slavo
sofia sofiya zofia zosia sonya
stanislaw staszek stas stanislav standa stano
stephen steve steven stefan stevo steffen
susan sue susanne susi zuzana zuzanna zuzka zuza zuzia
svetlana sveta
tadeusz tadek
tatiana tanya tana
thomas tom tommy tomas tomasz tomek
timothy tim timofey tima
ulrich uli
ursula uschi urszula ula
vaclav vasek waclaw wacek
valentina valya
vasily vasya
veronika verca weronika
victor viktor vitya wiktor
victoria vicky viktoria
vladimir volodya vova vlado vlada wlodzimierz wlodek
vojtech vojta wojciech wojtek
vyacheslav slava
waldemar waldek
wieslaw wiesiek
wieslawa wiesia
william will bill billy
wladyslaw wladek
wolfgang wolf
yury yuri yura
zbigniew zbyszek zbynek
zdzislaw zdzisiek
"""
# Names without a short form here: two that are spelt alike (Jana, Hana) are two names and not a slip.
_OTHERS = """
adam adela alan albert alena alina amelia arkadiusz artur beata brigitte carla darina darya dina dominik dominika
egon emil emilia erik erika gabriel gabriela hana hanna helena hedwig igor ilona ines inga ingrid ivana ivona iwona
jana janina jarmila joachim jorg justyna kamil kamila karina karla klara klaus kornelia lina linda lukas lukasz
maja marcel marek marian marina mario mariusz marta martin martina michaela milan milena monika nina oksana oleg
oskar pavla petra rafal ralf regina renata renate roland ruth sabina sabine sandra sara silvia sonja sylwia szymon
tamara tina tibor uwe vera viera viola vit zaneta zdenek zdenka zora
"""
NAMES = [line.split() for line in _NAMES.splitlines() if line] + [
    [name] for name in _OTHERS.split()
]
