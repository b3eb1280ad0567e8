"""Certified metrics about customers and their risk."""

from store.results.metric import CUSTOMER_ONLY, TIMED, Active, Closed, Joined, Metric, People

_HIGH = (("status", "active"), ("band", "high"))
PEOPLE = (
    Metric(
        name="customers",
        label="Customers",
        unit="customers",
        numerator=People(),
        dimensions=CUSTOMER_ONLY,
        meaning="everybody in the customers table or with an event",
        synonyms=(
            "headcount, "
            "customers, customer, users, user, people, subscribers, subscriber, members, accounts, "
            "clients, persons, customer base, user base, customer count, number of customers, folks, "
            "everyone, everybody, anyone, anybody, somebody, someone, how big is the customer base, "
            "headcount of customers, consumers"
        ),
    ),
    Metric(
        name="new_customers",
        label="New customers",
        unit="customers",
        numerator=Joined(),
        dimensions=TIMED,
        meaning="signed up in the period",
        synonyms=(
            "are new, customers are new, "
            "new sign ups, new registrations, were added, added, intake, acquisition, "
            "customer acquisition, joiners, new joiners, "
            "new customers, new users, new subscribers, new members, new people, signups, sign ups, "
            "sign-ups, registrations, new accounts, new signups, customers joined, customers signed up, "
            "users signed up, people signed up, people joined, users joined, signed up, joined, "
            "registered, customers registered, newly signed up, newcomers, customer acquisitions, "
            "subscribers joined, acquired customers, customers gained, sign up, people sign up, "
            "customers sign up, users sign up, customers join, people join, users join, persons joined, "
            "persons signed up, are signed up, members joined, members signed up"
        ),
    ),
    Metric(
        name="active_customers",
        label="Active customers",
        unit="customers",
        numerator=Active(),
        meaning="did anything in the period (watched, rated, ordered, searched); of titles: watched them",
        synonyms=(
            "engaged customers, engaged, opened the app, used the app, used the service, logged in, "
            "visited us, "
            "active customers, active users, active subscribers, active members, active people, "
            "customers active, users active, people active, actives, mau, monthly active users, "
            "active accounts, customers used us, people used us, users used us, people used the service, "
            "people visited, customers visited, active, active in"
        ),
    ),
    Metric(
        name="active_share",
        label="Active share",
        unit="share",
        numerator=Active(),
        denominator=People(),
        dimensions=TIMED,
        meaning="active customers ÷ all customers",
        synonyms=(
            "engagement, "
            "active share, activity rate, active rate, percentage active, share active, percent "
            "active, active percentage, engagement rate"
        ),
    ),
    Metric(
        name="lapsed_customers",
        label="Lapsed customers",
        unit="customers",
        numerator=People(where=(("status", "lapsed"),)),
        dimensions=CUSTOMER_ONLY,
        meaning="quiet for longer than the horizon on the last day",
        synonyms=(
            "sleeping customers, ex customers, former customers, we have lost, have we lost, we lost, "
            "did we lose, customers lost, "
            "lapsed customers, lapsed users, lapsed subscribers, lapsed, customers lapsed, inactive "
            "customers, inactive users, dormant customers, dormant users, lost customers, gone "
            "customers, churned customers, churned users, lapsed members, customers have lapsed, "
            "customers we lost, customers gone, churned, customers churned, users churned, people churned, "
            "customers left, users left, people left, left us, customers left us, left, quit, walked away, "
            "went quiet, have gone quiet, cancelled, canceled, unsubscribed, stopped using us, "
            "stopped watching, went away, dropouts, quitters, leavers"
        ),
    ),
    Metric(
        name="retention",
        label="Retention",
        unit="share",
        numerator=Active(both=True),
        denominator=Active(before=True),
        dimensions=TIMED,
        meaning="active in the period as long before and in this one ÷ active in the period before",
        synonyms=(
            "stickiness, loyalty, repeat rate, "
            "retention, retention rate, customer retention, user retention, retained share, returning "
            "rate, return rate, customers retained"
        ),
    ),
    Metric(
        name="average_age",
        label="Average age",
        unit="years",
        numerator=People(column="age"),
        denominator=People(column="age", known=True),
        dimensions=CUSTOMER_ONLY,
        meaning="mean age of those whose age is known",
        synonyms="average age, mean age, avg age, age on average, how old on average",
    ),
    Metric(
        name="average_tenure",
        label="Average tenure",
        unit="days",
        numerator=People(column="tenure_days"),
        denominator=People(column="tenure_days", known=True),
        dimensions=CUSTOMER_ONLY,
        meaning="days since signing up, on average, of those of whom that is known",
        synonyms=(
            "average tenure, mean tenure, avg tenure, average membership length, average customer "
            "lifetime, how long do customers stay, average length of membership"
        ),
    ),
)
RISK = (
    Metric(
        name="at_risk_customers",
        label="Customers at risk",
        unit="customers",
        group="risk",
        numerator=People(where=_HIGH),
        dimensions=CUSTOMER_ONLY,
        meaning="active customers, newcomers too, whose churn risk is in the high band",
        synonyms=(
            "customers in danger, in danger, flight risk, flight risks, critical customers, "
            "churn candidates, "
            "at risk customers, at-risk customers, customers at risk, users at risk, at risk users, "
            "high risk customers, high-risk customers, customers at high risk, people at risk, at "
            "risk, at-risk, risky customers, endangered customers, subscribers at risk, customers "
            "likely to leave, users likely to leave, people likely to leave, customers likely to "
            "churn, customers about to leave, members at risk, customers may leave, about to leave, "
            "likely to churn, likely to leave, might leave, might churn, could leave, might leave soon, "
            "may leave, may leave soon, about to churn, likely to quit, likely to cancel, leave soon, "
            "likely to leave soon, in danger of leaving, on the verge of leaving, churning, leaving soon"
        ),
    ),
    Metric(
        name="churn_risk",
        label="Average churn risk",
        unit="share",
        group="risk",
        numerator=People(column="churn_probability"),
        denominator=People(column="churn_probability", known=True),
        dimensions=CUSTOMER_ONLY,
        meaning="mean churn probability of those who have one",
        synonyms=(
            "churn score, average churn score, risk score, average risk score, mean churn score, "
            "average churn risk, churn risk, mean churn risk, risk, average risk, churn probability, "
            "average churn probability, mean risk, churn likelihood, risk of leaving, risk of churn, "
            "risk level, probability to churn, probability to leave, average probability to churn, "
            "likelihood to churn, likelihood of leaving, chance to leave, chance of churning"
        ),
    ),
    Metric(
        name="expected_losses",
        label="Expected losses",
        unit="number",
        group="risk",
        numerator=People(column="churn_probability"),
        dimensions=CUSTOMER_ONLY,
        meaning="sum of the churn probabilities: customers who will leave within the horizon",
        synonyms=(
            "customers expected to churn, expected to churn, expected to leave, "
            "customers expect to lose, people expect to lose, expected losses, expected loss, "
            "expected churners, expected number of churners, expected leavers, expected number of leavers, "
            "expected number of losses, expected lost customers, customers we expect to lose, "
            "customers we will lose, customers expected to leave, expected churn, "
            "customers will we lose, users will we lose, "
            "customers shall we lose, people will we lose, will we lose, expect to lose, likely to lose, "
            "going to lose, about to lose, stand to lose, expected to lose"
        ),
    ),
    Metric(
        name="revenue_at_risk",
        label="Revenue at risk",
        unit="money",
        group="risk",
        numerator=People(column="churn_probability * value"),
        dimensions=CUSTOMER_ONLY,
        meaning="monthly value × churn probability, summed",
        synonyms=(
            "expected revenue loss, expected loss of revenue, potential revenue loss, revenue loss, "
            "money in danger, revenue in danger, "
            "revenue at risk, money at risk, value at risk, income at risk, sales at risk, turnover at risk, "
            "revenue at stake, revenue is at stake, money at stake, money is at stake, revenue is at risk, "
            "money is at risk, endangered revenue, threatened revenue, at risk revenue, at-risk revenue"
        ),
    ),
    Metric(
        name="churn_rate",
        label="Churn rate",
        unit="share",
        group="risk",
        numerator=Closed(),
        denominator=Closed(),
        dimensions=CUSTOMER_ONLY,
        meaning="of those active, who left in the last closed window of the horizon’s length",
        synonyms=(
            "loss rate, "
            "churn rate, churn, rate of churn, attrition, attrition rate, customer churn, user churn, "
            "turnover rate, share of leavers, customer churn rate, attrition of customers"
        ),
    ),
)
