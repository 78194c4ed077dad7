// What the layouts of lines share, inlined into each.
#pragma once

#include "cingest.h"

#include <string.h>

static inline uint32_t mpan_fault(const uint8_t *text, size_t length, uint64_t *mpan) {
  if (length != 13) return 1 + CINGEST_MPAN;
  uint64_t number = 0;
  for (int at = 0; at < 13; at++) {
    uint32_t digit = (uint32_t)text[at] - '0';
    if (digit > 9) return 1 + CINGEST_MPAN;
    number = number * 10 + digit;
  }
  *mpan = number;
  return cingest_check_digit(number / 10) == number % 10 ? 0 : 1 + CINGEST_MPAN;
}

static inline int32_t limit_of(const cingest_register *meters, uint32_t row) {
  uint32_t limit = meters->limits[row];
  return limit == 65535 ? CINGEST_READING_LIMIT : (int32_t)(limit * 100);
}

/// The periods of a date, or 0 for one that is not taken.
static inline uint32_t periods_of(const cingest_dates *dates, int32_t day) {
  int64_t place = (int64_t)day - dates->first;
  if (day == INT32_MIN || place < 0 || place >= dates->count) return 0;
  uint32_t periods = dates->periods[place];
  return periods <= CINGEST_MAX_PERIODS ? periods : 0;
}

static inline cingest_row *row_add(cingest_batch *batch, uint32_t number, int32_t day, uint32_t line) {
  cingest_row *row = &batch->rows[batch->row_count++];
  memset(row, 0, sizeof *row);
  row->row = number;
  row->day = day;
  row->line = line;
  row->signature = UINT32_MAX;
  return row;
}

/// 0 measured, 1 estimated, 2 corrected; 3 for anything else.
static inline uint32_t quality_of(const uint8_t *text, size_t length) {
  if (length != 1) return 3;
  return text[0] == 'A' ? 0 : text[0] == 'E' ? 1 : text[0] == 'C' ? 2 : 3;
}
