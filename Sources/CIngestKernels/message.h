// What one metering point says of one date, before it is judged and as it is: messages of JSON, and groups of flow D0036.
#pragma once

#include "lines.h"

#include <cstring>
#include <string_view>

namespace {

struct reading {
  const char *kwh;  // as it stands, where `watt_hours` is below 0
  uint32_t kwh_length;
  int32_t watt_hours;
  uint32_t period;   // 0: not a period's number
  uint32_t quality;  // 3: none of A, E, C
  uint32_t line;     // of the batch
};

// More readings than this and the line is no message.
constexpr size_t most_readings = 64;

struct message {
  std::string_view mpan, date;
  reading readings[most_readings];
  size_t count = 0;
};

// 0 to 9, or more for what is no digit.
inline uint32_t digit_of(char c) { return uint32_t(uint8_t(c)) - '0'; }

inline bool ends_token(char c) { return c == ',' || c == '}' || c == ' ' || c == '\t' || c == '\r'; }

// Eight bytes, the first of them lowest.
inline uint64_t eight_bytes(const char *text) {
  uint64_t bytes;
  memcpy(&bytes, text, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  bytes = __builtin_bswap64(bytes);
#endif
  return bytes;
}

// A number of kWh as nearly all are written: one to four digits, and none to three behind a point, seven characters at most. Returns
// Wh and goes to what follows; -1 for any other, which is read in the slow way or refused. Eight bytes can be read. Without
// a branch for each digit, since their number is not foreseen.
inline int32_t plain_watt_hours(const char *&text) {
  uint64_t digits = eight_bytes(text) ^ UINT64_C(0x3030303030303030);  // 0 to 9 where there is a digit
  uint64_t others = (((digits & UINT64_C(0x7F7F7F7F7F7F7F7F)) + UINT64_C(0x7676767676767676)) | digits) &
                    UINT64_C(0x8080808080808080);
  if (!others) return -1;
  uint32_t whole = uint32_t(__builtin_ctzll(others)) / 8;
  if (whole == 0 || whole > 4 || (whole > 1 && (digits & 255) == 0)) return -1;
  uint32_t length = whole, behind = 0;
  if (text[whole] == '.') {
    others &= others - 1;
    if (!others) return -1;
    length = uint32_t(__builtin_ctzll(others)) / 8;
    behind = length - whole - 1;
    if (behind == 0 || behind > 3) return -1;
  }
  // The digits in front of the point and three behind it, as the last of eight characters.
  uint64_t front = digits & ((UINT64_C(1) << 8 * whole) - 1);
  uint64_t back = digits >> 8 * (whole + 1) & ((UINT64_C(1) << 8 * behind) - 1);
  uint64_t all = (front | back << 8 * whole) << 8 * (5 - whole);
  // Pairs, then fours, then eight: the first character counts most.
  all = (all * 10 + (all >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
  all = (all * 100 + (all >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
  all = (all * 10000 + (all >> 32)) & UINT64_C(0xFFFFFFFF);
  text += length;
  return int32_t(all);
}

// 1 to 99 without a zero in front, and goes to what follows; 0 for anything else.
inline uint32_t plain_period(const char *&text) {
  uint32_t first = digit_of(text[0]), second = digit_of(text[1]);
  if (first == 0 || first > 9) return 0;
  text += second <= 9 ? 2 : 1;
  return second <= 9 ? first * 10 + second : first;
}

// Judges a message that could be read, and says its readings.
inline void take(const message &m, uint32_t line, uint32_t signature, const cingest_register *meters,
          const cingest_dates *dates, cingest_batch *batch) {
  auto refuse = [&](uint32_t rule) { cingest_fault_add(batch, line, cingest_rule(rule), 0, uint32_t(m.count)); };
  uint64_t mpan = 0;
  if (mpan_fault(reinterpret_cast<const uint8_t *>(m.mpan.data()), m.mpan.size(), &mpan)) return refuse(CINGEST_MPAN);
  uint32_t number = cingest_find(meters, mpan);
  if (number == UINT32_MAX) return refuse(CINGEST_UNKNOWN);
  int32_t day = m.date.size() == 10 ? cingest_date(reinterpret_cast<const uint8_t *>(m.date.data())) : INT32_MIN;
  uint32_t periods = periods_of(dates, day);
  if (periods == 0) return refuse(CINGEST_DATE);
  if (m.count != periods) return refuse(CINGEST_COUNT);
  uint64_t seen = 0;
  for (size_t i = 0; i < m.count; i++) {
    uint32_t period = m.readings[i].period;
    if (period >= 1 && period <= periods) seen |= UINT64_C(1) << (period - 1);
  }
  if (seen != (UINT64_C(1) << periods) - 1) return refuse(CINGEST_COUNT);
  if (batch->row_count == batch->row_room) return refuse(CINGEST_LINE);
  cingest_row *row = row_add(batch, number, day, line);
  row->signature = signature;
  int32_t limit = limit_of(meters, number);
  for (size_t i = 0; i < m.count; i++) {
    const reading &r = m.readings[i];
    if (r.quality == 3) {
      cingest_fault_add(batch, r.line, CINGEST_QUALITY, r.period, 1);
      continue;
    }
    int32_t value = r.watt_hours;
    uint32_t fault = value > limit ? 1 + CINGEST_CAPACITY : 0;
    if (value < 0) {
      fault = cingest_watt_hours(reinterpret_cast<const uint8_t *>(r.kwh), r.kwh_length, limit, &value);
    }
    if (fault) {
      cingest_fault_add(batch, r.line, cingest_rule(fault - 1), r.period, 1);
      continue;
    }
    uint64_t bit = UINT64_C(1) << (r.period - 1);
    row->cells[r.period - 1] = value;
    row->stated |= bit;
    if (r.quality == 1) row->estimated |= bit;
    if (r.quality == 2) row->corrected |= bit;
  }
  if (row->stated == 0) batch->row_count--;
}

}  // namespace
