// Rows as text: what the sample files of the layouts are made of.
#include "lines.h"

static uint8_t *put_number(uint8_t *to, uint32_t number) {
  uint8_t digits[10];
  int count = 0;
  do digits[count++] = (uint8_t)('0' + number % 10); while ((number /= 10) > 0);
  while (count > 0) *to++ = digits[--count];
  return to;
}

static uint8_t *put_kwh(uint8_t *to, uint32_t watt_hours) {
  to = put_number(to, watt_hours / 1000);
  uint32_t rest = watt_hours % 1000;
  to[0] = '.';
  to[1] = (uint8_t)('0' + rest / 100);
  to[2] = (uint8_t)('0' + rest / 10 % 10);
  to[3] = (uint8_t)('0' + rest % 10);
  return to + 4;
}

static uint8_t *put_text(uint8_t *to, const char *text) {
  size_t length = strlen(text);
  memcpy(to, text, length);
  return to + length;
}

static uint8_t *put_mpan(uint8_t *to, uint64_t mpan) {
  for (int at = 12; at >= 0; at--, mpan /= 10) to[at] = (uint8_t)('0' + mpan % 10);
  return to + 13;
}

static const char *letter(const cingest_row *row, uint32_t period) {
  return row->estimated >> period & 1 ? "E" : row->corrected >> period & 1 ? "C" : "A";
}

size_t cingest_write_message(uint64_t mpan, const char *date, uint32_t periods, const cingest_row *row, uint8_t *out) {
  uint8_t *to = put_mpan(put_text(out, "{\"mpan\":\""), mpan);
  to = put_text(put_text(put_text(to, "\",\"settlementDate\":\""), date), "\",\"readings\":[");
  for (uint32_t p = 0; p < periods; p++) {
    to = put_number(put_text(to, p ? ",{\"settlementPeriod\":" : "{\"settlementPeriod\":"), p + 1);
    to = put_kwh(put_text(to, ",\"kwh\":"), (uint32_t)row->cells[p]);
    to = put_text(put_text(put_text(to, ",\"quality\":\""), letter(row, p)), "\"}");
  }
  return (size_t)(put_text(to, "]}") - out);
}

size_t cingest_write_long(uint64_t mpan, const char *date, uint32_t periods, const cingest_row *row, uint8_t *out) {
  uint8_t *to = out;
  for (uint32_t p = 0; p < periods; p++) {
    if (!(row->stated >> p & 1)) continue;
    to = put_text(put_text(put_text(put_mpan(to, mpan), ","), date), ",");
    to = put_kwh(put_text(put_number(to, p + 1), ","), (uint32_t)row->cells[p]);
    to = put_text(put_text(put_text(to, ","), letter(row, p)), "\n");
  }
  return (size_t)(to - out);
}

size_t cingest_write_wide(uint64_t mpan, const char *date, uint32_t periods, uint32_t columns, const cingest_row *row,
                          uint8_t *out) {
  uint8_t *to = put_text(put_text(put_mpan(out, mpan), ","), date);
  for (uint32_t p = 0; p < columns; p++) {
    to = put_text(to, ",");
    if (p < periods && row->stated >> p & 1) to = put_kwh(to, (uint32_t)row->cells[p]);
  }
  return (size_t)(put_text(to, "\n") - out);
}

size_t cingest_write_d0036(uint64_t mpan, const char *date, const char *supplier, uint32_t periods, const cingest_row *row,
                           uint8_t *out) {
  uint8_t *to = put_text(put_text(put_mpan(put_text(out, "101|"), mpan), "|AI|"), supplier);
  to = put_text(put_text(put_text(to, "|\n102|"), date), "|\n");
  for (uint32_t p = 0; p < periods; p++) {
    to = put_text(put_text(put_text(to, "103|"), letter(row, p)), "|");
    to = put_text(put_kwh(to, (uint32_t)row->cells[p]), "|\n");
  }
  return (size_t)(to - out);
}
