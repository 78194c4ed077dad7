// What all layouts share: metering points, dates, numbers, and the say of one reading.
#include "cingest.h"

#include <string.h>

uint32_t cingest_find(const cingest_register *meters, uint64_t mpan) {
  if (meters->slots == 0) return UINT32_MAX;
  uint32_t slot = cingest_slot(mpan, meters->slots);
  // The table was checked to have an empty slot, so the search ends.
  for (;;) {
    uint32_t row = meters->table[slot];
    if (row == UINT32_MAX) return UINT32_MAX;
    if (row < meters->count && meters->mpans[row] == mpan) return row;
    if (++slot == meters->slots) slot = 0;
  }
}

uint32_t cingest_fill_table(const uint64_t *mpans, uint32_t count, uint32_t *table, uint32_t slots) {
  for (uint32_t row = 0; row < count; row++) {
    uint32_t slot = cingest_slot(mpans[row], slots);
    while (table[slot] != UINT32_MAX) {
      if (mpans[table[slot]] == mpans[row]) return row;
      if (++slot == slots) slot = 0;
    }
    table[slot] = row;
  }
  return UINT32_MAX;
}

uint32_t cingest_check_digit(uint64_t twelve) {
  // The weights of the first twelve digits (Master Registration Agreement), here from the last digit up.
  static const uint32_t weights[12] = {43, 41, 37, 31, 29, 23, 19, 17, 13, 7, 5, 3};
  uint32_t sum = 0;
  for (int place = 0; place < 12; place++, twelve /= 10) sum += (uint32_t)(twelve % 10) * weights[place];
  return sum % 11 % 10;
}

void cingest_fault_add(cingest_batch *batch, uint32_t line, cingest_rule rule, uint32_t period, uint32_t readings) {
  batch->rule_counts[rule]++;
  batch->quarantined += readings;
  if (batch->fault_count < batch->fault_room) {
    batch->faults[batch->fault_count++] = (cingest_fault){line, (uint32_t)rule, period, readings};
  }
}

static int is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

uint32_t cingest_watt_hours(const uint8_t *text, size_t length, int32_t limit, int32_t *watt_hours) {
  if (length == 0 || length > CINGEST_LONGEST_NUMBER) return 1 + CINGEST_NUMBER;
  size_t at = 0;
  int negative = text[0] == '-';
  if (negative || text[0] == '+') at++;
  unsigned __int128 digits = 0;  // at most 24 of them
  int scale = 0, count = 0;
  for (; at < length && is_digit(text[at]); at++, count++) digits = digits * 10 + (text[at] - '0');
  if (at < length && text[at] == '.') {
    for (at++; at < length && is_digit(text[at]); at++, count++, scale++) digits = digits * 10 + (text[at] - '0');
  }
  if (count == 0) return 1 + CINGEST_NUMBER;
  if (at < length && (text[at] == 'e' || text[at] == 'E')) {
    int down = 0, exponent = 0, some = 0;
    at++;
    if (at < length && (text[at] == '-' || text[at] == '+')) down = text[at++] == '-';
    for (; at < length && is_digit(text[at]); at++, some = 1) {
      if (exponent < 1000) exponent = exponent * 10 + (text[at] - '0');
    }
    if (!some || exponent > 30) return 1 + CINGEST_NUMBER;
    scale += down ? exponent : -exponent;
  }
  if (at != length) return 1 + CINGEST_NUMBER;
  if (digits == 0) {
    *watt_hours = 0;
    return 0;
  }
  if (negative) return 1 + CINGEST_NEGATIVE;
  while (scale > 3 && digits % 10 == 0) digits /= 10, scale--;
  if (scale > 3) return 1 + CINGEST_FINER;
  for (; scale < 3; scale++) {
    if (digits > CINGEST_READING_LIMIT) return 1 + CINGEST_CAPACITY;
    digits *= 10;
  }
  if (digits > (unsigned __int128)limit) return 1 + CINGEST_CAPACITY;
  *watt_hours = (int32_t)digits;
  return 0;
}

int32_t cingest_date(const uint8_t *text) {
  static const int before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  static const int length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int at = 0; at < 10; at++) {
    if (at == 4 || at == 7 ? text[at] != '-' : !is_digit(text[at])) return INT32_MIN;
  }
  int year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  int month = (text[5] - '0') * 10 + (text[6] - '0'), day = (text[8] - '0') * 10 + (text[9] - '0');
  int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > length[month - 1] + (leap && month == 2)) {
    return INT32_MIN;
  }
  int last = year - 1;
  int days = (year - 1970) * 365 + (last / 4 - last / 100 + last / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
  return days + before[month - 1] + (leap && month > 2) + day - 1;
}

void cingest_state(cingest_batch *batch, cingest_row *row, uint32_t line, uint32_t period, int32_t watt_hours,
                   uint32_t quality) {
  uint64_t bit = UINT64_C(1) << (period - 1);
  if (row->stated & bit) {
    uint32_t before = row->estimated & bit ? 1 : row->corrected & bit ? 2 : 0;
    if (before == quality && row->cells[period - 1] == watt_hours) {
      batch->duplicates++;
      return;
    }
    batch->conflicts++;
    cingest_fault_add(batch, line, CINGEST_CONFLICT, period, 0);
    if (before != 1 && quality == 1) return;
  }
  row->stated |= bit;
  row->estimated = quality == 1 ? row->estimated | bit : row->estimated & ~bit;
  row->corrected = quality == 2 ? row->corrected | bit : row->corrected & ~bit;
  row->cells[period - 1] = watt_hours;
}
