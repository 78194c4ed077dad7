#!/usr/bin/env python3
"""Writes the bank-holiday packs from the rules and the named exceptions.

    python3 Tools/make-holidays.py          # from anywhere; writes into Sources/Rulebooks/Packs

The packs are data and are committed; this program only spares the typing, and shows which days follow from the
standing rules and which were proclaimed for one year. RulebooksTests hold the packs against the published list.
"""
import csv
import datetime
import pathlib

DAY = datetime.timedelta(days=1)
# By statute, standing proclamation or common law, as the day and the country have it.
STANDING = "Banking and Financial Dealings Act 1971 and custom; GOV.UK bank holidays"
ONE_YEAR = "Royal proclamation for this year; GOV.UK bank holidays"


def easter(year):
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def first_monday(year, month):
    first = datetime.date(year, month, 1)
    return first + DAY * ((7 - first.weekday()) % 7)


def last_monday(year, month):
    last = datetime.date(year + month // 12, month % 12 + 1, 1) - DAY
    return last - DAY * last.weekday()


def pair(first, first_title, second, second_title):
    """Two holidays on neighbouring days; a substitute goes to the next weekday that is not the other holiday."""
    days = {}
    for date, title in ((first, first_title), (second, second_title)):
        if date.weekday() < 5:
            days[date] = title
    for date, title in ((first, first_title), (second, second_title)):
        while date.weekday() > 4 or (date in days and title != days[date]):
            date += DAY
        days[date] = title
    return days


def single(date, title):
    while date.weekday() > 4:
        date += DAY
    return {date: title}


# Days that were proclaimed for one year, and the days that they took the place of.
MOVED = {
    datetime.date(2002, 5, 27): (datetime.date(2002, 6, 4), "Spring bank holiday"),
    datetime.date(2012, 5, 28): (datetime.date(2012, 6, 4), "Spring bank holiday"),
    datetime.date(2020, 5, 4): (datetime.date(2020, 5, 8), "Early May bank holiday (VE day)"),
    datetime.date(2022, 5, 30): (datetime.date(2022, 6, 2), "Spring bank holiday"),
}
EXTRA = {
    datetime.date(2002, 6, 3): "Queen's Golden Jubilee",
    datetime.date(2011, 4, 29): "Royal wedding",
    datetime.date(2012, 6, 5): "Queen's Diamond Jubilee",
    datetime.date(2022, 6, 3): "Platinum Jubilee bank holiday",
    datetime.date(2022, 9, 19): "State Funeral of Queen Elizabeth II",
    datetime.date(2023, 5, 8): "Coronation of King Charles III",
}


def common(year):
    sunday = easter(year)
    rows = {
        sunday - 2 * DAY: ("Good Friday", STANDING),
        first_monday(year, 5): ("Early May bank holiday", STANDING),
        last_monday(year, 5): ("Spring bank holiday", STANDING),
    }
    christmas = pair(datetime.date(year, 12, 25), "Christmas Day", datetime.date(year, 12, 26), "Boxing Day")
    rows.update({date: (title, STANDING) for date, title in christmas.items()})
    for usual, (date, title) in MOVED.items():
        if usual in rows:
            del rows[usual]
            rows[date] = (title, ONE_YEAR)
    rows.update({date: (title, ONE_YEAR) for date, title in EXTRA.items() if date.year == year})
    return rows


def england_and_wales(year):
    rows = common(year)
    rows[easter(year) + DAY] = ("Easter Monday", STANDING)
    rows[last_monday(year, 8)] = ("Summer bank holiday", STANDING)
    for date, title in single(datetime.date(year, 1, 1), "New Year's Day").items():
        rows[date] = (title, STANDING)
    return rows


def scotland(year):
    rows = common(year)
    rows[first_monday(year, 8)] = ("Summer bank holiday", STANDING)
    new_year = pair(datetime.date(year, 1, 1), "New Year's Day", datetime.date(year, 1, 2), "2nd January")
    rows.update({date: (title, STANDING) for date, title in new_year.items()})
    andrew = single(datetime.date(year, 11, 30), "St Andrew's Day")
    rows.update({date: (title, "St Andrew's Day Bank Holiday (Scotland) Act 2007") for date, title in andrew.items()})
    return rows


def write(name, rule, years):
    folder = pathlib.Path(__file__).resolve().parent.parent / "Sources" / "Rulebooks" / "Packs"
    rows = {}
    for year in years:
        rows.update(rule(year))
    with open(folder / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", "title", "source"])
        for date in sorted(rows):
            writer.writerow([date.isoformat(), *rows[date]])


write("holidays-england-and-wales.csv", england_and_wales, range(2000, 2029))
write("holidays-scotland.csv", scotland, range(2012, 2029))
