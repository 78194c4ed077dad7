"""Registrations for the metering points of a simulated country, so that trials can make standing data from files."""

HEADER = ("mpan,alias,quantity,supplier,gsp_group,distributor,llfc,consumption_class,tariff,payment_method,"
          "supply_capacity_w,effective_from,effective_to\n")
GROUPS = "ABCDEFGHJKLMNP"
SUPPLIERS = ["ALFA", "BRAV", "CHAR", "DELT", "ECHO"]


def mpans(long_table):
    """The metering points of a long table of readings, each once, in their order."""
    seen = {}
    with open(long_table, encoding="ascii") as file:
        next(file)
        for line in file:
            seen[line[:13]] = True
    return list(seen)


def line(mpan, number, supplier, start="2020-01-01"):
    """A row of the registrations table; what is not said follows from the number."""
    group, kind = GROUPS[int(mpan[:2]) - 10], "AE" if number % 25 == 7 else "AI"
    return (f"{mpan},,{kind},{supplier},_{group},{mpan[:2]},{1 + number % 3},F,,direct-debit,2000000000,"
            f"{start},\n")


def write(path, points, changed=False):
    """All registrations, or only those that change their supplier: one point in 50."""
    with open(path, "w", encoding="ascii") as file:
        file.write(HEADER)
        for number, mpan in enumerate(points):
            supplier = number // 3 % len(SUPPLIERS)
            if not changed:
                file.write(line(mpan, number, SUPPLIERS[supplier]))
            elif number % 50 == 0:
                file.write(line(mpan, number, SUPPLIERS[(supplier + 1) % len(SUPPLIERS)], "2026-01-01"))
