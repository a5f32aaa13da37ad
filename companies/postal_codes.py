"""Which municipalities a postal code offers: Brussels and Flanders, with the larger parts of merged municipalities.

Where municipalities became one (as last on 1 January 2025) the new name comes first and the old names stay: that is how
people still write their address. What a newcomer gets wrong: refusing what is not in this list. It only offers; the field
beside it takes any name.
"""

import unicodedata

_LIST = """
1000 Brussel|1020 Laken|1030 Schaarbeek|1040 Etterbeek|1050 Elsene|1060 Sint-Gillis|1070 Anderlecht|1080 Sint-Jans-Molenbeek
1081 Koekelberg|1082 Sint-Agatha-Berchem|1083 Ganshoren|1090 Jette|1120 Neder-Over-Heembeek|1130 Haren|1140 Evere
1150 Sint-Pieters-Woluwe|1160 Oudergem|1170 Watermaal-Bosvoorde|1180 Ukkel|1190 Vorst|1200 Sint-Lambrechts-Woluwe
1210 Sint-Joost-ten-Node|1500 Halle|1501 Buizingen|1502 Lembeek|1540 Pajottegem, Herne, Herfelingen
1541 Pajottegem, Sint-Pieters-Kapelle|1547 Bever
1560 Hoeilaart|1570 Pajottegem, Galmaarden, Tollembeek, Vollezele|1600 Sint-Pieters-Leeuw, Oudenaken, Sint-Laureins-Berchem
1601 Ruisbroek|1602 Vlezenbeek|1620 Drogenbos|1630 Linkebeek|1640 Sint-Genesius-Rode|1650 Beersel|1651 Lot|1652 Alsemberg
1653 Dworp|1654 Huizingen|1670 Pepingen, Bogaarden, Heikruis|1671 Elingen|1673 Beert|1674 Bellingen
1700 Dilbeek, Sint-Martens-Bodegem, Sint-Ulriks-Kapelle|1701 Itterbeek|1702 Groot-Bijgaarden|1703 Schepdaal
1730 Asse, Bekkerzeel, Kobbegem, Mollem|1731 Zellik, Relegem|1740 Ternat|1741 Wambeek|1742 Sint-Katherina-Lombeek
1745 Opwijk, Mazenzele|1750 Lennik, Gaasbeek, Sint-Kwintens-Lennik, Sint-Martens-Lennik
1755 Pajottegem, Gooik, Kester, Leerbeek, Oetingen
1760 Roosdaal, Pamel, Strijtem, Onze-Lieve-Vrouw-Lombeek|1761 Borchtlombeek|1770 Liedekerke|1780 Wemmel
1785 Merchtem, Brussegem, Hamme|1790 Affligem, Essene, Hekelgem, Teralfene|1800 Vilvoorde, Peutie
1820 Steenokkerzeel, Melsbroek, Perk|1830 Machelen|1831 Diegem|1840 Londerzeel, Malderen, Steenhuffel|1850 Grimbergen
1851 Humbeek|1852 Beigem|1853 Strombeek-Bever|1860 Meise|1861 Wolvertem|1880 Kapelle-op-den-Bos, Nieuwenrode, Ramsdonk
1910 Kampenhout, Berg, Buken, Nederokkerzeel|1930 Zaventem, Nossegem|1932 Sint-Stevens-Woluwe|1933 Sterrebeek
1950 Kraainem|1970 Wezembeek-Oppem|1980 Zemst, Eppegem|1981 Hofstade|1982 Elewijt, Weerde
2000 Antwerpen|2018 Antwerpen|2020 Antwerpen|2030 Antwerpen|2040 Antwerpen, Berendrecht, Lillo, Zandvliet|2050 Antwerpen
2060 Antwerpen|2070 Beveren-Kruibeke-Zwijndrecht, Zwijndrecht, Burcht|2100 Deurne|2110 Wijnegem|2140 Borgerhout
2150 Antwerpen, Borsbeek|2160 Wommelgem|2170 Merksem
2180 Ekeren|2200 Herentals, Morkhoven, Noorderwijk|2220 Heist-op-den-Berg, Hallaar|2221 Booischot|2222 Itegem, Wiekevorst
2223 Schriek|2230 Herselt, Ramsel|2235 Hulshout, Houtvenne, Westmeerbeek|2240 Zandhoven, Massenhoven, Viersel
2242 Pulderbos|2243 Pulle|2250 Olen|2260 Westerlo, Oevel, Tongerlo, Zoerle-Parwijs|2270 Herenthout
2275 Lille, Gierle, Poederlee, Wechelderzande|2280 Grobbendonk|2288 Bouwel|2290 Vorselaar|2300 Turnhout|2310 Rijkevorsel
2320 Hoogstraten|2321 Meer|2322 Minderhout|2323 Wortel|2328 Meerle|2330 Merksplas|2340 Beerse, Vlimmeren|2350 Vosselaar
2360 Oud-Turnhout|2370 Arendonk|2380 Ravels|2381 Weelde|2382 Poppel|2387 Baarle-Hertog|2390 Malle, Oostmalle, Westmalle
2400 Mol|2430 Laakdal, Eindhout, Vorst|2431 Veerle, Varendonk|2440 Geel|2450 Meerhout|2460 Kasterlee, Lichtaart, Tielen
2470 Retie|2480 Dessel|2490 Balen|2491 Olmen|2500 Lier, Koningshooikt|2520 Ranst, Broechem, Emblem, Oelegem|2530 Boechout
2531 Vremde|2540 Hove|2547 Lint|2550 Kontich, Waarloos|2560 Nijlen, Bevel, Kessel|2570 Duffel|2580 Putte, Beerzel
2590 Berlaar, Gestel|2600 Berchem|2610 Wilrijk|2620 Hemiksem|2627 Schelle|2630 Aartselaar|2640 Mortsel|2650 Edegem
2660 Hoboken|2800 Mechelen, Walem|2801 Heffen|2811 Hombeek, Leest|2812 Muizen|2820 Bonheiden, Rijmenam
2830 Willebroek, Blaasveld, Heindonk, Tisselt|2840 Rumst, Reet, Terhagen|2845 Niel|2850 Boom|2860 Sint-Katelijne-Waver
2861 Onze-Lieve-Vrouw-Waver|2870 Puurs-Sint-Amands, Puurs, Breendonk, Liezele, Ruisbroek|2880 Bornem, Hingene, Mariekerke, Weert
2890 Puurs-Sint-Amands, Sint-Amands, Lippelo, Oppuurs|2900 Schoten|2910 Essen|2920 Kalmthout|2930 Brasschaat
2940 Stabroek, Hoevenen|2950 Kapellen|2960 Brecht, Sint-Job-in-'t-Goor, Sint-Lenaarts|2970 Schilde, 's-Gravenwezel
2980 Zoersel, Halle|2990 Wuustwezel, Loenhout|3000 Leuven|3001 Heverlee|3010 Kessel-Lo|3012 Wilsele|3018 Wijgmaal
3020 Herent, Veltem-Beisem, Winksele|3040 Huldenberg, Loonbeek, Neerijse, Ottenburg, Sint-Agatha-Rode|3050 Oud-Heverlee
3051 Sint-Joris-Weert|3052 Blanden|3053 Haasrode|3054 Vaalbeek|3060 Bertem, Korbeek-Dijle|3061 Leefdaal|3070 Kortenberg
3071 Erps-Kwerps|3078 Everberg, Meerbeek|3080 Tervuren, Duisburg, Vossem|3090 Overijse|3110 Rotselaar|3111 Wezemaal
3118 Werchter|3120 Tremelo|3128 Baal|3130 Begijnendijk, Betekom|3140 Keerbergen|3150 Haacht, Tildonk, Wespelaar
3190 Boortmeerbeek|3191 Hever|3200 Aarschot, Gelrode|3201 Langdorp|3202 Rillaar|3210 Lubbeek, Linden|3211 Binkom
3212 Pellenberg|3220 Holsbeek, Kortrijk-Dutsel, Sint-Pieters-Rode|3221 Nieuwrode|3270 Scherpenheuvel-Zichem, Scherpenheuvel
3271 Averbode, Zichem|3272 Messelbroek, Testelt|3290 Diest, Deurne, Schaffen, Webbekom|3293 Kaggevinne|3294 Molenstede
3300 Tienen, Bost, Goetsenhoven, Hakendover, Kumtich, Oorbeek, Oplinter, Sint-Margriete-Houtem, Vissenaken
3320 Hoegaarden, Meldert|3321 Outgaarden
3350 Linter, Drieslinter, Melkwezer, Neerhespen, Neerlinter, Orsmaal-Gussenhoven, Wommersom
3360 Bierbeek, Korbeek-Lo, Lovenjoel, Opvelp|3370 Boutersem, Kerkom, Neervelp, Roosbeek, Vertrijk, Willebringen
3380 Glabbeek, Bunsbeek|3381 Kapellen|3384 Attenrode|3390 Tielt-Winge, Houwaart, Sint-Joris-Winge, Tielt|3391 Meensel-Kiezegem
3400 Landen, Eliksem, Ezemaal, Laar, Neerwinden, Overwinden, Rumsdorp, Wange|3401 Waasmont, Walsbets, Walshoutem, Wezeren
3404 Attenhoven, Neerlanden|3440 Zoutleeuw, Budingen, Dormaal, Halle-Booienhoven, Helen-Bos|3450 Geetbets, Grazen|3454 Rummen
3460 Bekkevoort, Assent|3461 Molenbeek-Wersbeek|3470 Kortenaken, Ransberg|3471 Hoeleden|3472 Kersbeek-Miskom|3473 Waanrode
3500 Hasselt, Sint-Lambrechts-Herk|3501 Wimmertingen|3510 Kermt, Spalbeek|3511 Kuringen, Stokrooie|3512 Stevoort
3520 Zonhoven|3530 Houthalen-Helchteren, Houthalen, Helchteren|3540 Herk-de-Stad, Berbroek, Donk, Schulen
3545 Halen, Loksbergen, Zelem|3550 Heusden-Zolder, Heusden, Zolder|3560 Lummen, Linkhout, Meldert|3570 Alken|3580 Beringen
3581 Beverlo|3582 Koersel|3583 Paal|3590 Diepenbeek|3600 Genk|3620 Lanaken, Gellik, Neerharen, Veldwezelt|3621 Rekem
3630 Maasmechelen, Eisden, Leut, Mechelen-aan-de-Maas, Meeswijk, Opgrimbie, Vucht|3631 Boorsem, Uikhoven
3640 Kinrooi, Kessenich, Molenbeersel, Ophoven|3650 Dilsen-Stokkem, Dilsen, Elen, Lanklaar, Rotem, Stokkem
3660 Oudsbergen, Opglabbeek|3665 As|3668 Niel-bij-As|3670 Oudsbergen, Ellikom, Gruitrode, Meeuwen, Neerglabbeek, Wijshagen
3680 Maaseik, Neeroeteren, Opoeteren|3690 Zutendaal|3700 Tongeren-Borgloon, Tongeren|3717 Herstappe|3720 Hasselt, Kortessem
3721 Hasselt, Vliermaalroot|3722 Hasselt, Wintershoven|3723 Hasselt, Guigoven|3724 Hasselt, Vliermaal
3730 Bilzen-Hoeselt, Hoeselt, Romershoven, Sint-Huibrechts-Hern, Werm
3732 Bilzen-Hoeselt, Schalkhoven
3740 Bilzen-Hoeselt, Bilzen, Beverst, Eigenbilzen, Grote-Spouwen, Hees, Mopertingen, Munsterbilzen, Rijkhoven, Rosmeer, Waltwilder
3742 Bilzen-Hoeselt, Martenslinde|3746 Bilzen-Hoeselt, Hoelbeek
3770 Riemst, Herderen, Kanne, Millen, Val-Meer, Vlijtingen, Vroenhoven, Zichen-Zussen-Bolder
3790 Voeren, Moelingen, Sint-Martens-Voeren|3791 Remersdaal|3792 Sint-Pieters-Voeren|3793 Teuven|3798 's-Gravenvoeren
3800 Sint-Truiden, Aalst, Brustem, Gelinden, Halmaal, Zepperen|3803 Duras, Gorsem, Runkelen, Wilderen|3806 Velm
3830 Wellen, Berlingen|3831 Herten|3832 Ulbeek|3840 Tongeren-Borgloon, Borgloon, Hoepertingen, Jesseren, Kerniel, Rijkel, Voort
3850 Nieuwerkerken, Binderveld, Kozen, Wijer|3870 Heers, Heks, Horpmaal, Mettekoven, Opheers, Vechmaal, Veulen
3890 Gingelom, Boekhout, Jeuk, Kortijs, Montenaken, Niel-bij-Sint-Truiden, Vorsen
3891 Borlo, Buvingen, Mielen-boven-Aalst, Muizen
3900 Pelt, Overpelt|3910 Pelt, Neerpelt, Sint-Huibrechts-Lille|3920 Lommel|3930 Hamont-Achel, Achel, Hamont
3940 Hechtel-Eksel, Hechtel|3941 Eksel|3945 Tessenderlo-Ham, Ham, Kwaadmechelen, Oostham|3950 Bocholt, Kaulille, Reppel
3960 Bree, Beek, Gerdingen, Opitter, Tongerlo|3970 Leopoldsburg|3971 Heppen|3980 Tessenderlo-Ham, Tessenderlo
3990 Peer, Grote-Brogel, Kleine-Brogel, Wijchmaal|8000 Brugge, Koolkerke|8020 Oostkamp, Hertsberge, Ruddervoorde, Waardamme
8200 Sint-Andries, Sint-Michiels|8210 Zedelgem, Loppem, Veldegem|8211 Aartrijke|8300 Knokke-Heist, Knokke, Westkapelle
8301 Heist-aan-Zee, Ramskapelle|8310 Assebroek, Sint-Kruis|8340 Damme, Hoeke, Lapscheure, Moerkerke, Oostkerke, Sijsele
8370 Blankenberge, Uitkerke|8377 Zuienkerke, Houtave, Meetkerke, Nieuwmunster|8380 Dudzele, Lissewege, Zeebrugge
8400 Oostende, Stene, Zandvoorde|8420 De Haan, Klemskerke, Wenduine|8421 Vlissegem|8430 Middelkerke|8431 Wilskerke
8432 Leffinge|8433 Mannekensvere, Schore, Sint-Pieters-Kapelle, Slijpe|8434 Lombardsijde, Westende|8450 Bredene
8460 Oudenburg, Ettelgem, Roksem, Westkerke|8470 Gistel, Moere, Snaaskerke, Zevekote|8480 Ichtegem, Bekegem, Eernegem
8490 Jabbeke, Snellegem, Stalhille, Varsenare, Zerkegem|8500 Kortrijk|8501 Bissegem, Heule
8510 Bellegem, Kooigem, Marke, Rollegem
8511 Aalbeke|8520 Kuurne|8530 Harelbeke|8531 Bavikhove, Hulste|8540 Deerlijk|8550 Zwevegem|8551 Heestert|8552 Moen
8553 Otegem|8554 Sint-Denijs|8560 Wevelgem, Gullegem, Moorsele|8570 Anzegem, Gijzelbrechtegem, Ingooigem, Vichte
8572 Kaster|8573 Tiegem|8580 Avelgem|8581 Kerkhove, Waarmaarde|8582 Outrijve|8583 Bossuit|8587 Spiere-Helkijn, Helkijn, Spiere
8600 Diksmuide, Beerst, Esen, Kaaskerke, Keiem, Lampernisse, Leke, Nieuwkapelle, Oostkerke, Oudekapelle, Pervijze, Vladslo, Woumen
8610 Kortemark, Handzame, Werken, Zarren|8620 Nieuwpoort, Ramskapelle, Sint-Joris
8630 Veurne, Avekapelle, Bulskamp, De Moeren, Eggewaartskapelle, Houtem, Steenkerke, Vinkem, Wulveringem
8640 Vleteren, Oostvleteren, Westvleteren, Woesten|8647 Lo-Reninge, Lo, Noordschote, Pollinkhove, Reninge
8650 Houthulst, Klerken, Merkem|8660 De Panne, Adinkerke|8670 Koksijde, Oostduinkerke, Wulpen|8680 Koekelare, Bovekerke, Zande
8690 Alveringem, Hoogstade, Oeren, Sint-Rijkers|8691 Beveren-aan-de-IJzer, Gijverinkhove, Izenberge, Leisele, Stavele
8700 Tielt, Aarsele, Kanegem, Schuiferskapelle|8710 Wielsbeke, Ooigem, Sint-Baafs-Vijve
8720 Dentergem, Markegem, Oeselgem, Wakken
8730 Beernem, Oedelem, Sint-Joris|8740 Pittem, Egem|8750 Wingene, Zwevezele|8755 Wingene, Ruiselede|8760 Tielt, Meulebeke
8770 Ingelmunster
8780 Oostrozebeke|8790 Waregem|8791 Beveren|8792 Desselgem|8793 Sint-Eloois-Vijve|8800 Roeselare, Beveren, Oekene, Rumbeke
8810 Lichtervelde|8820 Torhout|8830 Hooglede, Gits|8840 Staden, Oostnieuwkerke, Westrozebeke|8850 Ardooie|8851 Koolskamp
8860 Lendelede|8870 Izegem, Emelgem, Kachtem|8880 Ledegem, Rollegem-Kapelle, Sint-Eloois-Winkel|8890 Moorslede, Dadizele
8900 Ieper, Brielen, Dikkebus, Sint-Jan|8902 Hollebeke, Voormezele, Zillebeke|8904 Boezinge, Zuidschote|8906 Elverdinge
8908 Vlamertinge|8920 Langemark-Poelkapelle, Langemark, Poelkapelle, Bikschote|8930 Menen, Lauwe, Rekkem|8940 Wervik, Geluwe
8950 Heuvelland, Nieuwkerke|8951 Dranouter|8952 Wulvergem|8953 Wijtschate|8954 Westouter|8956 Kemmel|8957 Mesen|8958 Loker
8970 Poperinge, Reningelst|8972 Krombeke, Proven, Roesbrugge-Haringe|8978 Watou
8980 Zonnebeke, Beselare, Geluveld, Passendale, Zandvoorde|9000 Gent|9030 Mariakerke|9031 Drongen|9032 Wondelgem
9040 Sint-Amandsberg|9041 Oostakker|9042 Desteldonk, Mendonk, Sint-Kruis-Winkel|9050 Gentbrugge, Ledeberg
9051 Afsnee, Sint-Denijs-Westrem|9052 Zwijnaarde|9060 Zelzate|9070 Destelbergen, Heusden
9080 Lochristi, Beervelde, Zaffelare, Zeveneken|9090 Merelbeke-Melle, Melle, Gontrode|9100 Sint-Niklaas, Nieuwkerken-Waas
9111 Belsele
9112 Sinaai|9120 Beveren-Kruibeke-Zwijndrecht, Beveren, Haasdonk, Kallo, Melsele, Vrasene
9130 Beveren-Kruibeke-Zwijndrecht, Doel, Kallo, Kieldrecht, Verrebroek
9140 Temse, Elversele, Steendorp, Tielrode|9150 Beveren-Kruibeke-Zwijndrecht, Kruibeke, Bazel, Rupelmonde
9160 Lokeren, Daknam, Eksaarde
9170 Sint-Gillis-Waas, De Klinge, Meerdonk, Sint-Pauwels|9180 Lokeren, Moerbeke|9185 Lochristi, Wachtebeke|9190 Stekene, Kemzeke
9200 Dendermonde, Appels, Baasrode, Grembergen, Mespelare, Oudegem, Schoonaarde, Sint-Gillis-bij-Dendermonde
9220 Hamme, Moerzeke
9230 Wetteren, Massemen, Westrem|9240 Zele|9250 Waasmunster|9255 Buggenhout, Opdorp|9260 Wichelen, Schellebelle, Serskamp
9270 Laarne, Kalken|9280 Lebbeke, Denderbelle, Wieze|9290 Berlare, Overmere, Uitbergen|9300 Aalst|9308 Gijzegem, Hofstade
9310 Baardegem, Herdersem, Meldert, Moorsel|9320 Erembodegem, Nieuwerkerken|9340 Lede, Impe, Oordegem, Smetlede, Wanzele
9400 Ninove, Appelterre-Eichem, Denderwindeke, Lieferinge, Nederhasselt, Okegem, Voorde|9401 Pollare|9402 Meerbeke|9403 Neigem
9404 Aspelare|9406 Outer|9420 Erpe-Mere, Aaigem, Bambrugge, Burst, Erondegem, Erpe, Mere, Ottergem, Vlekkem
9450 Haaltert, Denderhoutem, Heldergem|9451 Kerksken|9470 Denderleeuw|9472 Iddergem|9473 Welle
9500 Geraardsbergen, Goeferdinge, Moerbeke, Nederboelare, Onkerzele, Ophasselt, Overboelare, Viane, Zarlardinge
9506 Grimminge, Idegem, Nieuwenhove, Schendelbeke, Smeerebbe-Vloerzegem, Waarbeke, Zandbergen
9520 Sint-Lievens-Houtem, Bavegem, Oombergen, Vlierzele, Zonnegem|9521 Letterhoutem
9550 Herzele, Hillegem, Sint-Antelinks, Sint-Lievens-Esse, Steenhuize-Wijnhuize, Woubrechtegem|9551 Ressegem|9552 Borsbeke
9570 Lierde, Deftinge, Sint-Maria-Lierde|9571 Hemelveerdegem|9572 Sint-Martens-Lierde|9600 Ronse
9620 Zottegem, Elene, Erwetegem, Godveerdegem, Grotenberge, Leeuwergem, Oombergen, Strijpen, Velzeke-Ruddershove
9630 Zwalm, Beerlegem, Dikkele, Hundelgem, Meilegem, Munkzwalm, Paulatem, Roborst, Rozebeke|9636 Nederzwalm-Hermelgem
9660 Brakel, Elst, Everbeek, Michelbeke, Nederbrakel, Opbrakel, Zegelsem|9661 Parike
9667 Horebeke, Sint-Kornelis-Horebeke, Sint-Maria-Horebeke|9680 Maarkedal, Etikhove, Maarke-Kerkem|9681 Nukerke|9688 Schorisse
9690 Kluisbergen, Berchem, Kwaremont, Ruien, Zulzeke
9700 Oudenaarde, Bevere, Edelare, Eine, Ename, Heurne, Leupegem, Mater, Melden, Mullem, Nederename, Ooike, Volkegem, Welden
9750 Kruisem, Huise, Ouwegem, Zingem|9770 Kruisem, Kruishoutem|9771 Kruisem, Nokere|9772 Kruisem, Wannegem-Lede
9790 Wortegem-Petegem, Elsegem, Moregem, Ooike, Petegem-aan-de-Schelde, Wortegem
9800 Deinze, Astene, Bachte-Maria-Leerne, Gottem, Grammene, Meigem, Petegem-aan-de-Leie, Vinkt, Wontergem, Zeveren
9810 Nazareth-De Pinte, Nazareth, Eke|9820 Merelbeke-Melle, Merelbeke, Bottelare, Lemberge, Melsen, Munte, Schelderode
9830 Sint-Martens-Latem|9831 Deurle
9840 Nazareth-De Pinte, De Pinte, Zevergem|9850 Deinze, Nevele, Hansbeke, Landegem, Merendree, Poesele, Vosselare
9860 Oosterzele, Balegem, Gijzenzele, Landskouter, Moortsele, Scheldewindeke|9870 Zulte, Machelen, Olsene
9880 Aalter, Lotenhulle, Poeke|9881 Bellem|9890 Gavere, Asper, Baaigem, Dikkelvenne, Semmerzake, Vurste|9900 Eeklo
9910 Aalter, Knesselare, Ursel|9920 Lievegem, Lovendegem|9921 Lievegem, Vinderhoute|9930 Lievegem, Zomergem
9931 Lievegem, Oostwinkel|9932 Lievegem, Ronsele
9940 Evergem, Ertvelde, Kluizen, Sleidinge|9950 Lievegem, Waarschoot|9960 Assenede|9961 Boekhoute|9968 Bassevelde, Oosteeklo
9970 Kaprijke|9971 Lembeke|9980 Sint-Laureins|9981 Sint-Margriete|9982 Sint-Jan-in-Eremo|9988 Waterland-Oudeman, Watervliet
9990 Maldegem|9991 Adegem|9992 Middelburg
"""


def _read(text):
    entries = (entry.strip() for line in text.split("\n") for entry in line.split("|"))
    return {entry[:4]: tuple(name.strip() for name in entry[5:].split(",")) for entry in entries if entry}


MUNICIPALITIES = _read(_LIST)


def municipalities_of(postal_code: str) -> tuple[str, ...]:
    """The names to choose from, the municipality itself first; none for a code that is not in the list."""
    return MUNICIPALITIES.get(postal_code.strip(), ())


def belongs_to(postal_code: str, name: str) -> bool:
    """Whether a name is one of this postal code, however it is written; True as well for a code that is not in the list."""
    names = municipalities_of(postal_code)
    return not names or any(_letters(known) in _letters(name) for known in names)


def _letters(name):
    plain = unicodedata.normalize("NFKD", name.casefold())
    if plain[:3] in ("st.", "st ", "st-"):
        plain = f"sint{plain[3:]}"
    return "".join(letter for letter in plain if letter.isalpha())
