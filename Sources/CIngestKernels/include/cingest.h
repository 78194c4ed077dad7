// The inner loops of taking readings in: lines of text to rows of whole Wh. docs/ingest.md has the layouts.
//
// No state but the caller's, no I/O, no allocation for each row. Safe for any bytes: nothing is read outside of what the
// caller hands over, and nothing is trusted before it was checked. module ReadingArrivals has the same in plain Swift.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CINGEST_MAX_PERIODS 50
#define CINGEST_READING_LIMIT 1000000000
/// Text of a number that is longer is no number here.
#define CINGEST_LONGEST_NUMBER 24
/// Bytes that must be readable after the last line of JSON.
#define CINGEST_PADDING 64

/// What a line or one of its readings is not; the order is that of `ArrivalRule`.
typedef enum cingest_rule {
  CINGEST_LINE = 0,      // cannot be read as what the file is
  CINGEST_MPAN = 1,      // not 13 digits with their check digit
  CINGEST_UNKNOWN = 2,   // not in the register
  CINGEST_DATE = 3,      // no date, or not one of those that are taken
  CINGEST_PERIOD = 4,    // not a period of the date
  CINGEST_NUMBER = 5,    // not a decimal number
  CINGEST_FINER = 6,     // finer than 1 Wh
  CINGEST_NEGATIVE = 7,  // below zero
  CINGEST_CAPACITY = 8,  // above what the metering point can take
  CINGEST_QUALITY = 9,   // none of A, E, C
  CINGEST_COUNT = 10,    // a message does not have each period of its date once
  CINGEST_CONFLICT = 11, // differs from what was said before
  CINGEST_SIGNATURE = 12,// not signed, not by a known sender, or not by its key
  CINGEST_REACTIVE = 13, // of reactive energy
  CINGEST_RULES = 14,
} cingest_rule;

/// The metering points of a store, as the register file has them.
typedef struct cingest_register {
  uint32_t count;          // metering points
  uint32_t slots;          // of the hash table, more than `count`
  const uint64_t *mpans;   // by dense index
  const uint32_t *table;   // dense index, or UINT32_MAX in an empty slot
  const uint16_t *limits;  // the most of a half-hour, in units of 100 Wh, by dense index; 65535: no limit
} cingest_register;

/// The slot at which the search for an MPAN begins.
static inline uint32_t cingest_slot(uint64_t mpan, uint32_t slots) {
  uint64_t x = mpan * UINT64_C(0x9E3779B97F4A7C15);
  x ^= x >> 32;
  x *= UINT64_C(0xD1B54A32D192ED03);
  return (uint32_t)(((x >> 32) * (uint64_t)slots) >> 32);
}

/// The dense index of an MPAN, or UINT32_MAX.
uint32_t cingest_find(const cingest_register *meters, uint64_t mpan);

/// Fills an empty table from `mpans`. Returns the index of the first MPAN that is there twice, or UINT32_MAX.
uint32_t cingest_fill_table(const uint64_t *mpans, uint32_t count, uint32_t *table, uint32_t slots);

/// The check digit of twelve digits, given as a number below 10^12.
uint32_t cingest_check_digit(uint64_t twelve);

/// Which dates are taken, and how many periods each has.
typedef struct cingest_dates {
  int32_t first;           // days since 1970-01-01
  uint32_t count;
  const uint8_t *periods;  // 46, 48 or 50
} cingest_dates;

/// What one line or several lines in a row say of one metering point and date.
typedef struct cingest_row {
  uint32_t row;   // dense index
  int32_t day;    // days since 1970-01-01
  uint32_t line;  // of the batch, from 0
  uint32_t signature;  // a number of `signatures`, or UINT32_MAX
  uint64_t stated, estimated, corrected;  // bit p: period p + 1
  int32_t cells[CINGEST_MAX_PERIODS];     // Wh; 0 where nothing is stated
} cingest_row;

typedef struct cingest_fault {
  uint32_t line;     // of the batch, from 0
  uint32_t rule;     // cingest_rule
  uint32_t period;   // from 1, or 0 where it is about the line
  uint32_t readings; // that are left out for it
} cingest_fault;

/// Where a signed message's parts lie in the batch.
typedef struct cingest_signature {
  uint32_t sender_at, sender_length;
  uint32_t payload_at, payload_length;
  uint32_t line;
  uint8_t raw[64];  // r and s
} cingest_signature;

/// What a batch of lines comes to. The caller owns the arrays; rows and signatures have room for a batch's every line.
typedef struct cingest_batch {
  cingest_row *rows;
  uint32_t row_count, row_room;
  cingest_fault *faults;
  uint32_t fault_count, fault_room;  // further ones are counted only
  cingest_signature *signatures;     // NULL: messages are plain
  uint32_t signature_count;
  uint32_t lines;
  uint64_t rule_counts[CINGEST_RULES];
  uint64_t quarantined;  // readings
  uint64_t duplicates, conflicts;  // within the batch
} cingest_batch;

/// Counts a fault, and keeps it where there is room.
void cingest_fault_add(cingest_batch *batch, uint32_t line, cingest_rule rule, uint32_t period, uint32_t readings);

/// A decimal number of kWh as Wh. Returns 0, or 1 + the rule that it breaks; `limit` in Wh.
uint32_t cingest_watt_hours(const uint8_t *text, size_t length, int32_t limit, int32_t *watt_hours);

/// Days since 1970-01-01 of `2026-01-14`, or INT32_MIN.
int32_t cingest_date(const uint8_t *text);

/// Says one reading of a row, which may say it already (READ-1: measured beats estimated, then the later counts).
/// quality: 0 measured, 1 estimated, 2 corrected.
void cingest_state(cingest_batch *batch, cingest_row *row, uint32_t line, uint32_t period, int32_t watt_hours,
                   uint32_t quality);

/// Whole lines `mpan,settlement_date,settlement_period,kwh[,quality]`. `columns` is 4 or 5.
void cingest_long_csv(const uint8_t *bytes, size_t length, uint32_t columns, const cingest_register *meters,
                      const cingest_dates *dates, cingest_batch *batch);

/// Whole lines `mpan,settlement_date,p1,...,pN`: N is 48 or 50.
void cingest_wide_csv(const uint8_t *bytes, size_t length, uint32_t periods, const cingest_register *meters,
                      const cingest_dates *dates, cingest_batch *batch);

/// What reads messages; it keeps its memory from batch to batch. NULL where there is none.
typedef struct cingest_messages cingest_messages;
cingest_messages *cingest_messages_new(void);
void cingest_messages_free(cingest_messages *messages);

/// Whole lines of JSON, a message of one metering point and date each, or an envelope around it where
/// `batch->signatures` is not NULL. CINGEST_PADDING bytes after the last can be read.
void cingest_json(cingest_messages *messages, const uint8_t *bytes, size_t length, const cingest_register *meters,
                  const cingest_dates *dates, cingest_batch *batch);

/// A part of a flow's file: which it is, and what was found of the file's frame.
typedef struct cingest_flow {
  uint32_t is_first, is_last;     // given
  uint32_t groups, instances;     // body lines, and those of them that are 101
  uint32_t has_footer, footer_line;
  const uint8_t *footer;          // within the bytes, without its end
  size_t footer_length;
} cingest_flow;

/// Whole lines of flow D0036, each of its groups 101 with all that belongs to it. CINGEST_PADDING bytes after the last can be
/// read. A date with another number of half-hours than it has periods is refused whole, as is one that a file without footer
/// ends in.
void cingest_d0036(const uint8_t *bytes, size_t length, const cingest_register *meters, const cingest_dates *dates,
                   cingest_batch *batch, cingest_flow *flow);

/// A row as text in a layout; `out` has room for CINGEST_LONGEST_TEXT. Readings are not below zero. Returns the length.
#define CINGEST_LONGEST_TEXT 8192
size_t cingest_write_message(uint64_t mpan, const char *date, uint32_t periods, const cingest_row *row, uint8_t *out);
size_t cingest_write_long(uint64_t mpan, const char *date, uint32_t periods, const cingest_row *row, uint8_t *out);
size_t cingest_write_wide(uint64_t mpan, const char *date, uint32_t periods, uint32_t columns, const cingest_row *row,
                          uint8_t *out);

/// The lines of groups 101 (quantity AI), 102 and 103; `date` as 20260114, `supplier` a participant.
size_t cingest_write_d0036(uint64_t mpan, const char *date, const char *supplier, uint32_t periods, const cingest_row *row,
                           uint8_t *out);

#ifdef __cplusplus
}
#endif
