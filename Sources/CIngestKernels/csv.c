// Comma-separated lines. The usual line is read at one go; whatever departs from it is cut into fields and judged.
#include "lines.h"

typedef struct field {
  const uint8_t *text;
  size_t length;
} field;

// Cuts a line at its commas. A field may stand in double quotes, without commas or quotes in it. Returns the number of
// fields, or 0 where there are more than `most` or a quote stands where none may.
static uint32_t split(const uint8_t *line, size_t length, field *fields, uint32_t most) {
  uint32_t count = 0;
  size_t from = 0;
  for (size_t at = 0; at <= length; at++) {
    if (at < length && line[at] != ',') continue;
    if (count == most) return 0;
    field f = {line + from, at - from};
    if (f.length >= 2 && f.text[0] == '"' && f.text[f.length - 1] == '"') f.text++, f.length -= 2;
    if (memchr(f.text, '"', f.length)) return 0;
    fields[count++] = f;
    from = at + 1;
  }
  return count;
}

static size_t without_return(const uint8_t *line, size_t length) {
  return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
}

// Who and when a line is about, with what was found for the line before it: most lines repeat it.
typedef struct place {
  uint8_t text[25];  // 13 digits, comma, 10 of the date, comma
  int is_known;
  uint32_t fault;    // 1 + rule, for a place that cannot be used
  uint32_t periods;
  int32_t limit;
  uint32_t row;
  int32_t day;
} place;

static void resolve(place *at, field mpan, field date, const cingest_register *meters, const cingest_dates *dates) {
  uint64_t number = 0;
  at->fault = mpan_fault(mpan.text, mpan.length, &number);
  if (at->fault) return;
  at->day = date.length == 10 ? cingest_date(date.text) : INT32_MIN;
  at->periods = periods_of(dates, at->day);
  at->row = cingest_find(meters, number);
  if (at->row == UINT32_MAX) {
    at->fault = 1 + CINGEST_UNKNOWN;
  } else if (at->periods == 0) {
    at->fault = 1 + CINGEST_DATE;
  } else {
    at->limit = limit_of(meters, at->row);
  }
}

// Finds the row for a place: that of the line before it where it is the same.
static cingest_row *row_for(cingest_batch *batch, const place *at, uint32_t line) {
  if (batch->row_count > 0) {
    cingest_row *last = &batch->rows[batch->row_count - 1];
    if (last->row == at->row && last->day == at->day) return last;
  }
  return batch->row_count < batch->row_room ? row_add(batch, at->row, at->day, line) : NULL;
}

static void long_line(const uint8_t *line, size_t length, uint32_t columns, place *at, const cingest_register *meters,
                      const cingest_dates *dates, cingest_batch *batch, uint32_t number) {
  field fields[5];
  at->is_known = 0;
  length = without_return(line, length);
  if (length == 0) return;  // an empty line says nothing
  if (split(line, length, fields, columns) != columns) return cingest_fault_add(batch, number, CINGEST_LINE, 0, 1);
  resolve(at, fields[0], fields[1], meters, dates);
  if (at->fault) return cingest_fault_add(batch, number, (cingest_rule)(at->fault - 1), 0, 1);
  uint32_t period = 0;
  for (size_t i = 0; i < fields[2].length && period <= CINGEST_MAX_PERIODS; i++) {
    uint32_t digit = (uint32_t)fields[2].text[i] - '0';
    period = digit <= 9 ? period * 10 + digit : CINGEST_MAX_PERIODS + 1;
  }
  if (fields[2].length > 2 || period < 1 || period > at->periods) {
    return cingest_fault_add(batch, number, CINGEST_PERIOD, 0, 1);
  }
  uint32_t quality = columns == 5 ? quality_of(fields[4].text, fields[4].length) : 0;
  if (quality == 3) return cingest_fault_add(batch, number, CINGEST_QUALITY, period, 1);
  int32_t value = 0;
  uint32_t fault = cingest_watt_hours(fields[3].text, fields[3].length, at->limit, &value);
  if (fault) return cingest_fault_add(batch, number, (cingest_rule)(fault - 1), period, 1);
  cingest_row *row = row_for(batch, at, number);
  if (row == NULL) return cingest_fault_add(batch, number, CINGEST_LINE, 0, 1);
  cingest_state(batch, row, number, period, value, quality);
}

void cingest_long_csv(const uint8_t *bytes, size_t length, uint32_t columns, const cingest_register *meters,
                      const cingest_dates *dates, cingest_batch *batch) {
  const uint8_t *p = bytes, *end = bytes + length;
  place at = {.is_known = 0};
  cingest_row *row = NULL;
  while (p < end) {
    const uint8_t *line = p;
    uint32_t number = batch->lines++;
    // 25 bytes of place, period, value and line end: the shortest usual line has 29, and none has more than 48.
    if (end - p >= 48) {
      if (!at.is_known || memcmp(p, at.text, 25) != 0) {
        if (p[13] == ',' && p[24] == ',') {
          resolve(&at, (field){p, 13}, (field){p + 14, 10}, meters, dates);
          memcpy(at.text, p, 25);
          at.is_known = !at.fault;
          row = at.fault ? NULL : row_for(batch, &at, number);
        } else {
          at.is_known = 0;
        }
      }
      if (at.is_known && row != NULL) {
        const uint8_t *q = p + 25;
        uint32_t first = (uint32_t)*q++ - '0', period = first;
        uint32_t digit = (uint32_t)*q - '0';
        if (digit <= 9) period = period * 10 + digit, q++;
        // A value of up to five digits before the point and up to three after it.
        uint32_t value = 0;
        int32_t whole = 0, scale = 0;
        if (first <= 9 && period - 1 < at.periods && *q == ',') {
          q++;
          while (whole < 6 && (digit = (uint32_t)*q - '0') <= 9) value = value * 10 + digit, q++, whole++;
          if (*q == '.') {
            q++;
            while (scale < 3 && (digit = (uint32_t)*q - '0') <= 9) value = value * 10 + digit, q++, scale++;
          }
          static const uint32_t powers[4] = {1000, 100, 10, 1};
          value *= powers[scale];
          uint32_t quality = 0;
          int is_usual = whole > 0 && whole < 6 && value <= (uint32_t)at.limit;
          if (columns == 5) {
            quality = *q == ',' ? quality_of(q + 1, 1) : 3;
            q += 2;
          }
          if (*q == '\r') q++;
          if (is_usual && quality < 3 && *q == '\n') {
            uint64_t bit = UINT64_C(1) << (period - 1);
            if (row->stated & bit) {
              cingest_state(batch, row, number, period, (int32_t)value, quality);
            } else {
              row->stated |= bit;
              row->cells[period - 1] = (int32_t)value;
              if (quality == 1) row->estimated |= bit;
              if (quality == 2) row->corrected |= bit;
            }
            p = q + 1;
            continue;
          }
        }
      }
    }
    const uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL) stop = end;
    long_line(line, (size_t)(stop - line), columns, &at, meters, dates, batch, number);
    row = NULL;
    p = stop + 1;
  }
}

static void wide_line(const uint8_t *line, size_t length, uint32_t columns, place *at, const cingest_register *meters,
                      const cingest_dates *dates, cingest_batch *batch, uint32_t number) {
  field fields[2 + CINGEST_MAX_PERIODS];
  length = without_return(line, length);
  if (length == 0) return;
  if (split(line, length, fields, columns + 2) != columns + 2) {
    return cingest_fault_add(batch, number, CINGEST_LINE, 0, 1);
  }
  uint32_t stated = 0;
  for (uint32_t place = 0; place < columns; place++) stated += fields[2 + place].length > 0;
  resolve(at, fields[0], fields[1], meters, dates);
  if (at->fault) return cingest_fault_add(batch, number, (cingest_rule)(at->fault - 1), 0, stated);
  cingest_row *row = NULL;
  for (uint32_t place = 0; place < columns; place++) {
    field value = fields[2 + place];
    if (value.length == 0) continue;
    if (place >= at->periods) {
      cingest_fault_add(batch, number, CINGEST_PERIOD, 0, 1);
      continue;
    }
    int32_t watt_hours = 0;
    uint32_t fault = cingest_watt_hours(value.text, value.length, at->limit, &watt_hours);
    if (fault) {
      cingest_fault_add(batch, number, (cingest_rule)(fault - 1), place + 1, 1);
      continue;
    }
    if (row == NULL) row = row_for(batch, at, number);
    if (row == NULL) return cingest_fault_add(batch, number, CINGEST_LINE, 0, stated);
    cingest_state(batch, row, number, place + 1, watt_hours, 0);
  }
}

// The usual line: all values up to five digits before the point and three after it. Returns its end, or NULL.
static const uint8_t *wide_usual(const uint8_t *p, const uint8_t *end, uint32_t columns, const place *at,
                                 cingest_row *row) {
  p += 25;
  for (uint32_t place = 0; place < columns; place++) {
    if (end - p < 12) return NULL;
    uint32_t value = 0, digit;
    int32_t whole = 0, scale = 0;
    while (whole < 6 && (digit = (uint32_t)*p - '0') <= 9) value = value * 10 + digit, p++, whole++;
    if (whole > 0 && *p == '.') {
      p++;
      while (scale < 3 && (digit = (uint32_t)*p - '0') <= 9) value = value * 10 + digit, p++, scale++;
    }
    static const uint32_t powers[4] = {1000, 100, 10, 1};
    value *= powers[scale];
    if (whole > 5 || value > (uint32_t)at->limit || (whole > 0 && place >= at->periods)) return NULL;
    if (whole > 0) {
      row->cells[place] = (int32_t)value;
      row->stated |= UINT64_C(1) << place;
    }
    if (place + 1 < columns) {
      if (*p++ != ',') return NULL;
    }
  }
  if (*p == '\r') p++;
  return *p == '\n' ? p + 1 : NULL;
}

void cingest_wide_csv(const uint8_t *bytes, size_t length, uint32_t periods, const cingest_register *meters,
                      const cingest_dates *dates, cingest_batch *batch) {
  const uint8_t *p = bytes, *end = bytes + length;
  if (periods > CINGEST_MAX_PERIODS) return;
  place at = {.is_known = 0};
  while (p < end) {
    uint32_t number = batch->lines++;
    if (end - p >= 48 && p[13] == ',' && p[24] == ',' && batch->row_count < batch->row_room) {
      resolve(&at, (field){p, 13}, (field){p + 14, 10}, meters, dates);
      const cingest_row *last = batch->row_count > 0 ? &batch->rows[batch->row_count - 1] : NULL;
      if (!at.fault && !(last && last->row == at.row && last->day == at.day)) {
        cingest_row *row = row_add(batch, at.row, at.day, number);
        const uint8_t *next = wide_usual(p, end, periods, &at, row);
        // A row that says nothing, or one that the fields below have to judge, is taken back.
        if (next == NULL || row->stated == 0) batch->row_count--;
        if (next != NULL) {
          p = next;
          continue;
        }
      }
    }
    const uint8_t *stop = memchr(p, '\n', (size_t)(end - p));
    if (stop == NULL) stop = end;
    wide_line(p, (size_t)(stop - p), periods, &at, meters, dates, batch, number);
    p = stop + 1;
  }
}
