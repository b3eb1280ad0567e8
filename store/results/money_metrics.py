"""Certified metrics about money."""

from store.results.metric import CUSTOMER_ONLY, TIMED, Active, Distinct, Metric, People, Sum, per_active

MONEY = (
    Metric(
        name="revenue",
        label="Revenue",
        unit="money",
        group="money",
        numerator=Sum("amount", ("order", "refund")),
        dimensions=TIMED,
        meaning="orders less refunds",
        synonyms=(
            "cash, billing, billings, proceeds, "
            "revenue, revenues, sales, turnover, income, earnings, takings, money made, money earned, "
            "net revenue, total revenue, total sales, we earn, we earned, we make, we made, money we "
            "made, spend, spending, total spend, net sales, money did we make, money did we earn, "
            "earns us, earn us, earned us, earns, makes us, make us, made us, "
            "money came in, money comes, money comes in, money came, bring in, brought in, brings in, "
            "bring in money, money, sell, sold, sell for, we take, we took, money taken"
        ),
    ),
    Metric(
        name="orders",
        label="Orders",
        unit="count",
        group="money",
        numerator=Sum("count", ("order",)),
        dimensions=TIMED,
        meaning="orders placed; refunds do not count against them",
        synonyms=(
            "orders, order, purchases, purchase, transactions, transaction, payments, number of "
            "orders, order count, orders placed"
        ),
    ),
    Metric(
        name="average_order_value",
        label="Average order value",
        unit="money",
        group="money",
        numerator=Sum("amount", ("order",)),
        denominator=Sum("known", ("order",)),
        dimensions=TIMED,
        meaning="amount of the orders ÷ their number, refunds left aside",
        synonyms=(
            "average ticket, ticket size, spend per order, average spend per order, revenue per order, "
            "average purchase value, average transaction value, "
            "average order value, aov, average order, average basket, basket value, basket size, mean "
            "order value, average purchase, order value, average transaction, avg order value"
        ),
    ),
    Metric(
        name="paying_customers",
        label="Paying customers",
        unit="customers",
        group="money",
        numerator=Distinct("customer", "order"),
        dimensions=TIMED,
        meaning="placed an order in the period",
        synonyms=(
            "paying customers, paying users, payers, buyers, paying members, customers paid, "
            "customers paying, people paid, customers ordered, customers bought, paying subscribers, "
            "users paid, people ordered, people bought, customers paid us"
        ),
    ),
    Metric(
        name="revenue_per_active_customer",
        label="Revenue per active customer",
        unit="money",
        group="money",
        numerator=Sum("amount", ("order", "refund")),
        denominator=Active(),
        dimensions=TIMED,
        meaning="revenue ÷ active customers",
        synonyms=per_active("revenue", "sales", "income", "spend", "turnover")
        + ", arpu, revenue per active, average spend, we make per customer, we earn per customer",
    ),
    Metric(
        name="monthly_fees",
        label="Monthly fees",
        unit="money",
        group="money",
        numerator=People(column="monthly_fee"),
        dimensions=CUSTOMER_ONLY,
        meaning="present monthly fees of all customers, summed",
        synonyms=(
            "monthly fees, fees, monthly fee, subscription fees, mrr, monthly recurring revenue, "
            "total fees, recurring revenue, subscription income"
        ),
    ),
    Metric(
        name="average_monthly_fee",
        label="Average monthly fee",
        unit="money",
        group="money",
        numerator=People(column="monthly_fee"),
        denominator=People(column="monthly_fee", known=True),
        dimensions=CUSTOMER_ONLY,
        meaning="mean present monthly fee of those who have one",
        synonyms=(
            "average monthly fee, average fee, mean monthly fee, mean fee, avg fee, avg monthly fee, "
            "fee per customer, monthly fee per customer, average subscription fee"
        ),
    ),
    Metric(
        name="orders_per_active_customer",
        label="Orders per active customer",
        unit="each",
        group="money",
        numerator=Sum("count", ("order",)),
        denominator=Active(),
        dimensions=TIMED,
        meaning="orders ÷ active customers",
        synonyms=per_active("orders", "order", "purchases"),
    ),
    Metric(
        name="refunds",
        label="Refunds",
        unit="count",
        group="money",
        numerator=Sum("count", ("refund",)),
        dimensions=TIMED,
        meaning="refunds given, counted",
        synonyms="refunds, number of refunds, refund count, chargebacks, refunded orders",
    ),
    Metric(
        name="refunded",
        label="Money refunded",
        unit="money",
        group="money",
        numerator=Sum("amount", ("refund",)),
        factor=-1.0,
        dimensions=TIMED,
        meaning="amount of all refunds",
        synonyms=(
            "money refunded, amount refunded, refund amount, refunded amount, money given back, "
            "refunded money, value of refunds, refund value, refund total, total refunds, refunds total, "
            "sum of refunds, refund volume, refunds in money"
        ),
    ),
    Metric(
        name="gross_revenue",
        label="Gross revenue",
        unit="money",
        group="money",
        numerator=Sum("amount", ("order",)),
        dimensions=TIMED,
        meaning="orders, refunds not taken off",
        synonyms="gross revenue, gross sales, revenue before refunds, sales before refunds, order volume",
    ),
)
