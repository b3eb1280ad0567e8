"""Words that businesses use for Matinee's columns, in the order in which they are believed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[^a-z0-9]+")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _numbered(things: str) -> tuple[str, ...]:
    """``member`` → ``member_id``, ``member_no`` …: each thing with each word for its number."""
    marks = _words("id no nr num number code key uuid ref nummer numero")
    return tuple(f"{thing}_{mark}" for thing in _words(things) for mark in marks)


_PERSONS = """
    customer user member client subscriber account viewer listener player patron guest visitor reader student
    kunde kunden mitglied mitglieds nutzer cliente socio usuario abonne adherent
"""
_WORKS = """
    title movie film show series video content item product media programme program episode track song podcast
    book game course class artikel produkt producto produit folge
"""
CUSTOMER_ID = (
    *_words(
        """
    customer_id user_id customerid userid member_id client_id subscriber_id account_id viewer_id
    profile_id msisdn msno cust_id custid customer_no customer_number customer_key customer_uuid
    user_key user_uuid uid cid customer user client member subscriber account account_number account_no
    viewer buyer_id buyer person_id visitor_id visitorid reviewer_id author_id user_name username login
    card_id household_id household_key kunde kunden_id kundennummer cliente cliente_id id_cliente
    client_no profile_name profile
        """
    ),
    *_numbered(_PERSONS),
    *_words("listener patron guest kunden mitglied nutzer usuario socio abonne"),
)
AT = _words(
    """
    at timestamp event_time event_timestamp event_at event_date occurred_at datetime date_time time ts
    watched_at watch_date watch_time viewed_at view_date viewing_date started_at start_time
    session_start played_at rated_at rating_date rating_timestamp review_date reviewed_at review_time
    unix_review_time unixreviewtime order_date ordered_at order_time purchase_date purchased_at
    order_purchase_timestamp transaction_date transaction_time transaction_at invoice_date payment_date
    paid_at sale_date search_date searched_at login_date logged_at created_at created_on created
    creation_date date_created date day when checkin_time check_in_time checkin_at checked_in_at checkin
    visit_date visited_at visit_time listened_at streamed_at
    bestelldatum rechnungsdatum kaufdatum buchungsdatum zahlungsdatum datum zeitpunkt zeit fecha date_commande
    """
)
TITLE_ID = (
    *_words(
        """
    title_id movie_id movieid film_id show_id series_id video_id content_id item_id itemid product_id
    productid asin sku media_id asset_id programme_id program_id episode_id track_id book_id isbn
    stock_code stockcode product_code item_code movie film show video content item product title
        """
    ),
    *_numbered(_WORKS),
    *_words("episode track song podcast"),
)

EVENT_WORDS: Mapping[str, Sequence[str]] = {
    "customer_id": CUSTOMER_ID,
    "at": AT,
    "title_id": TITLE_ID,
    "minutes": _words(
        """
        minutes minutes_watched watch_minutes watched_minutes watch_duration_minutes duration_minutes
        viewing_minutes view_minutes watch_duration viewing_duration watch_time_minutes session_minutes
        play_minutes minutes_listened listened_minutes mins minuten
        """
    ),
    "progress": _words(
        """
        progress progress_percentage progress_pct percent_watched percentage_watched completion
        completion_rate completion_percentage watched_share percent_complete completed_share
        """
    ),
    "rating": _words("rating user_rating stars star_rating score overall rate review_score vote"),
    "amount": _words(
        """
        amount total actual_amount_paid
        total_amount order_total amount_paid paid_amount payment_amount payment_value price
        total_price order_value dollar_value revenue sales sale_amount spend value net_amount
        gross_amount net_price invoice_amount transaction_amount amount_usd amount_eur amt cost fee
        charge betrag gesamtbetrag rechnungsbetrag bestellwert gesamtpreis summe preis umsatz importe montant
        """
    ),
    "items": _words(
        """
        items quantity qty item_count number_of_items number_of_cds units num_items pieces count anzahl
        menge
        """
    ),
    "device": _words("device device_type platform device_name geraet dispositivo appareil"),
    "kind": _words(
        """
        kind event_type event_kind event_name event activity_type activity type transaction_type
        """
    ),
}

CUSTOMER_WORDS: Mapping[str, Sequence[str]] = {
    "customer_id": (*CUSTOMER_ID, "id"),
    "name": _words(
        "name full_name fullname customer_name user_name display_name real_name nickname nombre nom"
    ),
    "email": _words("email e_mail mail email_address mail_address"),
    "country": _words("country country_code country_name nation region land"),
    "plan": _words(
        """
        plan subscription_plan plan_name subscription_type subscription tier package membership contract
        plan_type membership_type
        """
    ),
    "signed_up_at": _words(
        """
        signed_up_at signup_date registration_init_time
        sign_up_date signed_up_on signup_at subscription_start_date
        subscription_start joined_at join_date joined registered_at registration_date registered
        member_since customer_since start_date created_at created date_joined account_created joined_on
        kunde_seit registriert_am beitrittsdatum eintrittsdatum
        """
    ),
    "age": _words("age customer_age user_age alter bd"),
    "gender": _words("gender sex geschlecht"),
    "monthly_fee": _words(
        """
        monthly_fee monthly_spend monthly_charges monthly_price monthly_cost monthly_charge fee
        plan_price subscription_price
        """
    ),
}

TITLE_WORDS: Mapping[str, Sequence[str]] = {
    "title_id": (*(word for word in TITLE_ID if word != "title"), "id"),
    "title": _words(
        """
        title name titel movie_title primary_title original_title title_name film_title product_name item_name
        description_short movie_name episode_title episode_name track_name
        """
    ),
    "year": _words("year release_year start_year released year_of_release release_date production_year"),
    "kind": _words("kind content_type type title_type format category media_type"),
    "genres": _words("genres genre genre_names listed_in genre_primary categories"),
    "tags": _words("tags tag keywords keyword labels"),
    "description": _words("description overview plot summary synopsis storyline"),
    "language": _words("language original_language lang"),
    "country": _words("country country_of_origin production_country countries"),
    "duration_minutes": _words(
        """
        duration_minutes runtime runtime_minutes duration length length_minutes minutes
        """
    ),
}

WORDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "events": EVENT_WORDS,
    "customers": CUSTOMER_WORDS,
    "titles": TITLE_WORDS,
}


def folded(name: str) -> str:
    """``CustomerID`` and ``Customer ID`` → ``customer_id``; ``Numéro client`` loses its accent."""
    plain = unicodedata.normalize("NFKD", name.strip())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _APART.sub("_", _CAMEL.sub("_", plain).lower()).strip("_")


def meant(names: Iterable[str], table: str, *, taken: Iterable[str] = ()) -> dict[str, str]:
    """Canonical column → the column whose name says it best; each column is used once."""
    left = {name: folded(name) for name in names if name not in set(taken)}
    found: dict[str, str] = {}
    for canonical, words in WORDS[table].items():
        for word in words:
            match = next((name for name, fold in left.items() if fold in (word, word.replace("_", ""))), None)
            if match is not None:
                found[canonical] = match
                del left[match]
                break
    return found
