"""What short sentences of walls, errors and stubs say, whatever words they choose: a table for `monitor.extract.page_state`.

A statement is two lists; a sentence makes it that has a word or phrase of each, in comparison form. So "we couldn't find
that page" and "page not found" are one statement, and "page" alone is none.
"""

from monitor.words import comparison_key

Statement = tuple[tuple[str, ...], tuple[str, ...]]


def _both(some: str, others: str) -> Statement:
    """A sentence that has one of some and one of the others, each given between bars."""
    first, second = (tuple(comparison_key(phrase) for phrase in phrases.split("|")) for phrases in (some, others))
    return first, second


# What short sentences say of the page that the visitor asked for: one of the first and one of the second in the same sentence.
NOT_THERE = (
    _both(
        "page|article|link|url|address|content|document|resource|location|what you were looking for|what you're looking for|nothing|the one you wanted|screen|entry|topic",
        "not found|cannot be found|can't be found|can not be found|could not be found|couldn't be found|wasn't found|was not found|was found|find|not be located|couldn't locate|could not locate|"
        "doesn't exist|does not exist|doesn't seem to exist|does not seem to exist|doesn't appear to exist|no longer exists|never existed|not exist|no longer available|isn't available|is not available|"
        "not currently available|is unavailable|is missing|went missing|gone missing|is broken|may be broken|might be broken|appears to be broken|has been removed|been deleted|have been removed|was removed|"
        "has disappeared|vanished|isn't here|is not here|not here anymore|not here any more|no longer here|has expired|at this address|is gone|has gone|looking for",
    ),
    _both(
        "page|lien|adresse|l'adresse|contenu|article|l'article|document|url|l'url|que vous cherchez|que vous recherchez",
        "introuvable|n'existe pas|n'existe plus|n'a pas été trouvée|n'a pas été trouvé|n'a pu être trouvée|n'a pas pu être trouvée|n'est plus disponible|n'est pas disponible|n'est plus en ligne|n'est plus accessible|n'est plus là|n'est plus ici|"
        "indisponible|a été supprimée|a été supprimé|a disparu|a été déplacée|a été déplacé|inexistante|est rompu|est erroné|est incorrecte|ne trouvons pas|n'avons pas trouvé|pas pu trouver|perdue|égarée|"
        "nulle part|ne correspond à aucune|n'a rien donné",
    ),
    _both(
        "seite|adresse|link|inhalt|artikel|url|dokument|beitrag",
        "nicht gefunden|nicht finden|nicht auffindbar|nicht vorhanden|existiert nicht|existieren nicht|existiert leider nicht|nicht mehr existiert|gibt es nicht|gibt es leider nicht|gibt's nicht|gibt es hier nicht|"
        "nicht verfügbar|nicht mehr verfügbar|wurde entfernt|wurde gelöscht|wurde verschoben|umgezogen|ins leere|ist leider weg|verschwunden",
    ),
    _both(
        "página|enlace|contenido|artículo|dirección|url|documento",
        "no se ha encontrado|no encontrada|no encontrado|no fue encontrada|no se encuentra|no se encontró|no se pudo encontrar|no encontramos|no hemos encontrado|no podemos encontrar|no existe|ya no existe|no está disponible|"
        "ya no está disponible|ha sido eliminada|ha sido eliminado|fue eliminada|ha desaparecido|inexistente",
    ),
    _both(
        "pagina|link|indirizzo|contenuto|articolo|documento|url",
        "non trovata|non trovato|non è stata trovata|non è stato trovato|non esiste|non esiste più|non è disponibile|non è più disponibile|non disponibile|è stata rimossa|è stato rimosso|inesistente|"
        "non riusciamo a trovare|non abbiamo trovato|non troviamo|impossibile trovare",
    ),
    _both(
        "página|ligação|link|conteúdo|endereço|artigo|documento|url",
        "não encontrada|não encontrado|não foi encontrada|não foi encontrado|não encontrámos|não encontramos|não conseguimos encontrar|não existe|já não existe|não está disponível|indisponível|inexistente|"
        "foi removida|ter sido removida|foi removido|foi eliminada|não foi possível encontrar",
    ),
    _both(
        "pagina|link|adres|artikel|inhoud|document",
        "niet gevonden|niet vinden|bestaat niet|bestaat niet meer|niet beschikbaar|niet meer beschikbaar|is verwijderd|is verplaatst|verdwenen|bestaat helaas niet|onvindbaar",
    ),
    _both(
        "strona|strony|stronę|artykuł|treść|adres|link|dokument",
        "nie znaleziono|nie została znaleziona|nie istnieje|nie ma takiej|nie możemy znaleźć|nie możemy odnaleźć|nie udało się znaleźć|została usunięta|została przeniesiona|nie jest dostępna|niedostępna|wygasł",
    ),
    _both(
        "sidan|innehållet|länken", "hittades inte|finns inte|hittar inte|kunde inte hittas|hitta|har tagits bort|är inte tillgänglig"
    ),
    _both("siden|lenken|linket|indholdet|innholdet", "ikke fundet|ikke funnet|findes ikke|finnes ikke|eksisterer ikke|fant ikke|finde|finne|er blevet fjernet|er fjernet"),
    _both("sivua|sivu|linkki", "ei löytynyt|ei löydy|ei ole olemassa|on poistettu|ei ole saatavilla"),
    _both("stránka|stránku|odkaz|obsah", "nenalezena|nebyla nalezena|neexistuje|nelze najít|jsme nenašli|nenašla|sa nenašla|nebola nájdená|není dostupná"),
    _both("oldal|oldalt|tartalom|hivatkozás", "nem található|nem létezik|nem találtuk|nem elérhető"),
    _both("pagina|linkul|adresa|conținutul", "nu a fost găsită|nu a fost găsit|nu există|nu mai există|nu este disponibilă|nu este disponibil"),
    _both("страница|страницы|страницу|ссылка|статья", "не найдена|не существует|не найдено|найти не удалось|не удалось найти|удалена|недоступна"),
    _both("сторінка|сторінку|сторінки", "не знайдено|не існує|не знайдена|видалена"),
    _both("σελίδα", "δεν βρέθηκε|δεν υπάρχει"),
    _both("sayfa|sayfayı|bağlantı|içerik", "bulunamadı|bulamadık|mevcut değil|kaldırılmış|kullanılamıyor"),
)  # fmt: skip
OUT_OF_ORDER = (
    _both(
        "maintenance|upgrade|upgrading|updates to our|improvements to our|improving our|technical difficulties|technical problems|technical issues",
        "currently|at the moment|right now|performing|undergoing|be back|back soon|back shortly|check back|will return|come back|sorry|we're doing|down for|we are making|we're making|experiencing|temporarily",
    ),
    _both(
        "page|document|content|site|website|app|application|service|servers|request",
        "currently unavailable|temporarily unavailable|critical error|fatal error|application error|unexpected error|technical error|technical issue|problem loading|failed to load|couldn't load|could not load|couldn't be loaded|"
        "could not be loaded|unable to load|went wrong|back online|offline right now|is down|are down|having trouble|currently offline",
    ),
    _both(
        "maintenance|travaux",
        "actuellement|en cours|pour cause de|site en|revenons|de retour|momentanément|temporairement|opération de|opérations de",
    ),
    _both("erreur", "est survenue|s'est produite|technique|fatale|interne|inattendue|réessayer"),
    _both("site|service|page", "momentanément indisponible|temporairement indisponible|actuellement indisponible|provisoirement indisponible|n'a pas pu être chargée|ne peut pas être affichée"),
    _both("wartungsarbeiten|wartung|wartungsmodus", "derzeit|zurzeit|zur zeit|aufgrund|wegen|aktuell|momentan|gleich zurück|bald zurück|website|seite"),
    _both("seite|website|webseite|dienst|etwas|da", "vorübergehend nicht erreichbar|derzeit nicht erreichbar|zurzeit nicht erreichbar|derzeit nicht verfügbar|nicht geladen werden|schiefgegangen|schief gegangen|schiefgelaufen|schief gelaufen"),
    _both("mantenimiento|manutenzione|manutenção|onderhoud|konserwacja|prace techniczne|przerwa techniczna|underhåll|vedligeholdelse|vedlikehold|údržba|karbantartás|mentenanță|обслуживание|технические работы|bakım",
          "estamos|realizando|tareas de|sitio|disculpe|volvemos|sito|in corso|siamo|torniamo|è in|em|site|voltamos|estamos em|gepland|bezig met|wegens|momenteel|trwa|trwają|w toku|pågår|pågående|just nu|i gang|på grund av|probíhá|alatt|în|ведутся|yapıyoruz|çalışması"),
    _both("algo|qualcosa|alguma coisa|er ging iets|coś|något|noget|noe", "salió mal|ha ido mal|è andato storto|correu mal|deu errado|mis|poszło nie tak|gick fel|gik galt|gikk galt"),
    _both("error|errore|erro|fout|błąd|fel|fejl|feil", "se ha producido|ha ocurrido|si è verificato|ocorreu|opgetreden|wystąpił|inträffade|opstod|oppstod"),
    _both("no such file or directory|module not found|loading chunk|stack trace|uncaught error|uncaught exception|traceback|cannot read properties|undefined function|syntax error|parse error|database connection", "no such|not found|chunk|error|trace|of undefined|of null|call to|line|exception|establishing"),
)  # fmt: skip
NOT_HERE = (
    _both(
        "in your country|in your region|in your location|in your area|your country or region|from your location|from your country|from a country belonging to",
        "not available|isn't available|unavailable|not accessible|cannot be accessed|can't be accessed|restricted|blocked|not yet|yet|not supported|access cannot be granted|cannot be granted|not offered|denied",
    ),
    _both("dans votre pays|dans votre région|depuis votre pays|votre localisation", "pas disponible|indisponible|inaccessible|bloqué|restreint|pas accessible|pas encore"),
    _both("in ihrem land|in deinem land|in ihrer region|in deiner region", "nicht verfügbar|nicht zugänglich|gesperrt|noch nicht"),
    _both("en tu país|en su país|en tu región|en su región|nel tuo paese|nella tua regione|no seu país|na sua região|in jouw land|in uw land|in je land|w twoim kraju|w twoim regionie|i ditt land|i dit land",
          "no está disponible|no disponible|non è disponibile|non disponibile|não está disponível|indisponível|niet beschikbaar|niedostępna|niedostępne|nie jest dostępna|inte tillgänglig|ikke tilgængelig|ikke tilgjengelig"),
)  # fmt: skip
ROBOT_CHECK = (
    _both(
        "human|robot|bot|robots",
        "verify|confirm|prove|make sure|check|checking|verifies|press|hold|are you|let us know|you were a|not a|puzzle|continue|whether you|ensure",
    ),
    _both(
        "access|request|requested url|you|your ip|ip address|this website",
        "has been blocked|been blocked|was blocked|was rejected|request rejected|has been denied|was denied|is denied|temporarily restricted|been limited|temporarily limited|been banned|request unsuccessful|exceeded|security service to protect",
    ),
    _both("puzzle|slider|captcha|security check|security verification", "slide|complete|solve|continue|access|perform|pass"),
    _both("requests|limit|rate", "too many|exceeded|slow down|rate limit|try again in"),
    _both("javascript", "cookies to continue|and cookies|ad blocker|cookies are enabled|et les cookies|und cookies|y las cookies|y cookies"),
    _both("unusual|suspicious|automated|malicious|inhabituelle|inhabituel|suspecte|ungewöhnlichen|ungewöhnliche|inusual|inusuale|insolito|incomum|ongebruikelijk|nietypowy",
          "detected|noticed|traffic|visits|avons détecté|trafic|activité|festgestellt|datenverkehr|aktivitäten|detectado|tráfico|actividad|rilevato|traffico|attività|detetámos|detectamos|tráfego|verkeer|ruch"),
    _both("robot|humain|humaine", "vérifiez|vérifions|vérifier|vérification|confirmez|confirmer|prouvez|n'êtes pas|assurer"),
    _both("votre accès|votre requête|votre demande|accès", "a été bloqué|a été bloquée|été rejetée|temporairement restreint|temporairement bloqué|été refusé|est refusé|interdit"),
    _both("glissez|faites glisser|complétez|résolvez", "puzzle|captcha|curseur"),
    _both("mensch|roboter|bot", "bestätigen|bestätige|überprüfen|kein|sicherstellen|sind sie"),
    _both("anfrage|zugriff|zugang|ip-adresse", "blockiert|gesperrt|abgelehnt|eingeschränkt|verweigert"),
    _both("navegador|browser|navigateur", "comprobando|verificando|verifica del|wird überprüft|überprüfen ihren|vérification de votre|vérification du|verificação do|controleren|checking your|sprawdzanie"),
    _both("robot|robô|humano|umano|mens|człowiekiem|robotem|människa|menneske", "verifica|verifique|confirma|confirme|conferma|no eres|no soy|non sei|non essere|não é|não sou|demuestra|dimostra|bevestig|geen|potwierdź|nie jesteś|bekräfta|bekræft|bekreft"),
    _both("solicitud|petición|richiesta|pedido|verzoek|żądanie", "bloqueada|rechazada|bloccata|rifiutata|bloqueado|rejeitado|geblokkeerd|zablokowane|odrzucone"),
)  # fmt: skip
MEMBERS_ONLY = (
    _both(
        "log in|login|sign in|sign up|create an account|create a free account|register|join|subscribe|become a member|enter your e-mail|enter your email|enter your password|logged in|signed in|subscribers|members|authentication",
        "to continue|to view|to see this|to see more|to read|to keep reading|keep reading|to access|to unlock|to proceed|must be|need to be|only|required|exclusive|reserved for|already a member|already have an account|please",
    ),
    _both("connectez-vous|se connecter|identifier|identifiez-vous|vous connecter|être connecté|abonnez-vous|inscrivez-vous|abonnés|membres|adhérents|créez un compte",
          "pour accéder|pour continuer|pour lire|pour consulter|pour voir|devez|veuillez|réservé|réservée|déjà un compte|lire la suite"),
    _both("melden sie sich|melde dich|anmelden|einloggen|angemeldet|eingeloggt|loggen sie sich|mitglieder|abonnenten|registrieren",
          "fortzufahren|fortfahren|weiterzulesen|weiterlesen|um diesen|um diese|bitte|müssen|nur für|vorbehalten|exklusiv|zugriff"),
    _both("inicia sesión|inicie sesión|iniciar sesión|regístrate|suscríbete|suscriptores|accedi|effettua l'accesso|effettua il login|registrati|abbonati|inicie sessão|iniciar sessão|entre na sua conta|subscritores|log in|meld je aan|inloggen|zaloguj|zaloguj się|logga in|log ind|logg inn",
          "para continuar|para ver|para acceder|para leer|por favor|debes|solo para|per continuare|per leggere|per accedere|per visualizzare|devi|riservato|solo per|para aceder|para ler|deve|exclusivo|om verder|om door|om te|alstublieft|aby|żeby|by kontynuować|musisz|för att|for at|for å"),
)  # fmt: skip
CONSENT_QUESTION = (
    _both("partners|third parties|vendors|similar technologies", "use cookies|store and access|store and/or access|accept all|agree|personalised|personalized|click accept|clicking accept|uses cookies|process personal data such as"),
    _both("partenaires", "utilisons des cookies|cookies pour|stocker|stockons|déposons|accéder à des informations|votre accord|votre consentement|traceurs"),
    _both("partner|drittanbieter|dritte", "cookies|informationen auf|auf ihrem gerät|zustimmung|einwilligung"),
    _both("accepter|continuer sans|s'abonner|abonner", "cookies|traceurs|publicités|publicité|publicitaires"),
    _both("werbung|tracking", "zustimmen|zustimmung|abo|weiterlesen|lesen|besuchen|widerrufbar"),
    _both("socios|terceros|acepta|aceptar|suscríbete", "cookies|anuncios|dispositivo|publicidad"),
    _both("partner|terze parti|accetta|accettare|abbonarti|abbonati", "cookie|annunci|dispositivo|pubblicità|personalizzati"),
    _both("parceiros|terceiros|aceitar|aceite", "cookies|anúncios|dispositivo|publicidade"),
    _both("partners|derden|accepteren|partnerzy|partnerami|partnerów|partner|samarbetspartners|samarbejdspartnere", "cookies|cookie|plików cookie|pliki cookie|advertenties|apparaat|urządzeniu|enhet|enhed"),
    _both("before you continue|your privacy your choice|we value your privacy|we care about your privacy|we respect your privacy|manage your choices|choose which cookies", "before|cookies|privacy|choices|choice"),
)  # fmt: skip
AGE_QUESTION = (
    _both("are you|i am|confirm that you|please confirm", "over 18|over 21|18 or older|21 or older|of legal drinking age|of legal age|18 years or older|21 years or older|over 18 years|at least 18 to enter|at least 21 to enter"),
    _both("age|date of birth|year of birth|over 18|over 21|18 or older|21 or older", "to enter|verify your|confirm your|enter this site|enter your|verification required|access this site"),
    _both("âge|ans|l'âge|naissance", "avez-vous|entrez votre|pour accéder à|pour entrer|êtes-vous|confirmez|indiquez"),
    _both("18|alter|volljährig|geburtsdatum", "bist du|sind sie|bestätige|bestätigen|um fortzufahren|eingeben|mindestens"),
    _both("edad|18|età|anni|años|maggiorenne|idade|anos|leeftijd|jaar|wiek|lat", "eres mayor|confirma|tienes|verifica|per entrare|para entrar|hai più|sei|conferma|tem mais|ben je|bevestig|czy masz|potwierdź"),
)  # fmt: skip
WHICH_ONE = (
    _both("choose|select|pick|please select|change", "country|region|language|location|version|territory|your market|edition"),
    _both("choisissez|sélectionnez|sélectionner|choisir|changer", "pays|région|langue|version|localisation|territoire"),
    _both("wählen|wähle|auswählen|auswahl|ändern", "land|region|sprache|version|standort|fassung"),
    _both("elige|elija|selecciona|seleccione|seleziona|scegli|escolha|selecione|kies|selecteer|wybierz|välj|vælg|velg", "país|región|idioma|versión|paese|regione|lingua|versione|região|versão|land|regio|taal|versie|kraj|region|język|wersję|språk|sprog"),
)  # fmt: skip
OTHER_PROGRAM = (
    _both("in the app|in our app|the app|our app|app", "better in|open in|continue in|use the app|full experience|get the app|to download|scan the code|download it|télécharger|téléchargez|ouvrir dans|continuer dans|öffnen|herunterladen|descarga|scarica|baixe|otwórz|pobierz"),
    _both("browser|navigateur|navegador|przeglądarka|webbläsare", "not supported|unsupported|no longer supported|isn't supported|outdated|out of date|out-of-date|upgrade to|please upgrade|update your|plus pris en charge|pas pris en charge|pas compatible|plus supporté|obsolète|nicht unterstützt|nicht mehr unterstützt|veraltet|no es compatible|no compatible|desactualizado|non è supportato|non supportato|obsoleto|não é suportado|não suportado|wordt niet ondersteund|verouderd|nie jest obsługiwana|nieaktualna|stöds inte"),
)  # fmt: skip
GONE_ELSEWHERE = (
    _both("page|document|policy|policies|article|notice|terms|site|content", "has moved|have moved|has been moved|have been moved|was moved|now live in|now lives|moved here|can now be found|new home|new address|is out of date|is outdated|has been replaced|has been superseded|is no longer maintained|update your bookmarks|moved to"),
    _both("page|document|politique|site|contenu|conditions", "a déménagé|a été déplacée|a été déplacé|a changé d'adresse|nouvelle adresse|désormais disponible|se trouve désormais|est remplacé|est remplacée|a été remplacé|a été remplacée|n'est plus à jour|redirigé|redirigée"),
    _both("seite|dokument|erklärung|inhalt", "umgezogen|verschoben|neue adresse|neuen adresse|finden sie jetzt|findest du jetzt|jetzt hier"),
    _both("página|pagina|documento|strona|sidan|siden", "se ha trasladado|ha cambiado de dirección|è stata spostata|si è trasferita|foi movida|mudou de endereço|is verplaatst|is verhuisd|została przeniesiona|har flyttat|er flyttet"),
    _both("redirect notice|you are leaving|vous quittez|sie verlassen", "redirect|leaving|previous page|quittez|verlassen"),
)  # fmt: skip
NO_SITE = (
    _both("domain|this domain|website|site|web server|server", "for sale|buy this|has expired|may be for sale|is parked|parked|successfully installed|default page|launch this site|if you're the owner|if you are the owner|if you're the site owner|further configuration|under construction|coming soon|domain name has been registered"),
    _both("domaine|domain|dominio|domínio|domein|domena", "à vendre|a expiré|zu verkaufen|abgelaufen|en venta|ha caducado|in vendita|scaduto|à venda|expirou|te koop|verlopen|na sprzedaż|wygasła"),
)  # fmt: skip
SEARCH_RESULTS = (
    _both("search results|results for|search|résultats de recherche|résultats pour|suchergebnisse|resultados de búsqueda|resultados de la búsqueda|risultati della ricerca|resultados da pesquisa|zoekresultaten|wyniki wyszukiwania", "search results|results for|no results|did not match|résultats|suchergebnisse|resultados|risultati|zoekresultaten|wyniki"),
    _both("no results|0 results|aucun résultat|keine ergebnisse|sin resultados|nessun risultato|nenhum resultado|geen resultaten|brak wyników", "results|résultat|ergebnisse|resultados|risultato|resultado|resultaten|wyników"),
    _both("you are now in line|waiting room|virtual queue|file d'attente|warteraum|wait time|temps d'attente", "line|room|queue|attente|warteraum|wait"),
)  # fmt: skip
