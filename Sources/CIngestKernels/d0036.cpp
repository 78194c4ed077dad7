// Lines of flow D0036: an MPAN and quantity (101), its settlement dates (102), a half-hour each (103).
#include "message.h"

namespace {

// A line without its end, cut at its bars as far as anybody asks.
struct flow_line {
  std::string_view text, fields[3];  // group, and the two after it
};

flow_line cut_line(const char *start, const char *end) {
  flow_line line = {std::string_view(start, size_t(end - start)), {}};
  const char *at = start;
  for (size_t i = 0; i < 3 && at <= end; i++) {
    const char *bar = at < end ? static_cast<const char *>(memchr(at, '|', size_t(end - at))) : nullptr;
    const char *stop = bar ? bar : end;
    line.fields[i] = std::string_view(at, size_t(stop - at));
    at = stop + 1;
  }
  return line;
}

// Only digits, a point and a sign: NUM(7,1..3) has no exponent.
bool is_decimal(std::string_view text) {
  for (char c : text)
    if (digit_of(c) > 9 && c != '.' && c != '-') return false;
  return true;
}

struct flow_reader {
  const cingest_register *meters;
  const cingest_dates *dates;
  cingest_batch *batch;
  cingest_flow *flow;
  bool has_instance = false, is_open = false;
  uint32_t refusal = 0;  // 1 + the rule that the quantity breaks
  uint32_t date_line = 0;
  char date[10];
  message m;

  void refuse(uint32_t line, uint32_t rule, uint32_t readings) {
    cingest_fault_add(batch, line, cingest_rule(rule), 0, readings);
  }

  void end_date() {
    if (!is_open) return;
    is_open = false;
    if (refusal)
      refuse(date_line, refusal - 1, uint32_t(m.count));
    else
      take(m, date_line, UINT32_MAX, meters, dates, batch);
  }

  // A line that cannot be read may have been a group 101 or 102: what follows it is nobody's, up to the next 101.
  void lose(uint32_t number) {
    refuse(number, CINGEST_LINE, 1);
    end_date();
    has_instance = false;
  }

  void begin_instance(const flow_line &line) {
    end_date();
    flow->instances++;
    has_instance = true;
    m.mpan = line.fields[1];
    std::string_view quantity = line.fields[2];
    refusal = quantity == "AI" || quantity == "AE"   ? 0
              : quantity == "RI" || quantity == "RE" ? 1 + CINGEST_REACTIVE
                                                     : 1 + CINGEST_LINE;
  }

  void begin_date(const flow_line &line, uint32_t number) {
    end_date();
    if (!has_instance) return refuse(number, CINGEST_LINE, 0);
    is_open = true;
    date_line = number;
    m.count = 0;
    std::string_view text = line.fields[1];
    m.date = {};
    if (text.size() != 8) return;
    for (size_t at = 0, to = 0; at < 8; at++) {
      if (at == 4 || at == 6) date[to++] = '-';
      date[to++] = text[at];
    }
    m.date = std::string_view(date, 10);
  }

  reading *next_reading(uint32_t number) {
    // A count beyond what is kept is only counted: no date has so many.
    reading *r = &m.readings[m.count < most_readings ? m.count : most_readings - 1];
    m.count++;
    r->period = uint32_t(m.count);
    r->line = number;
    return r;
  }

  void advance(const flow_line &line, uint32_t number) {
    if (!is_open) return refuse(number, CINGEST_LINE, 1);
    reading *r = next_reading(number);
    r->quality = quality_of(reinterpret_cast<const uint8_t *>(line.fields[1].data()), line.fields[1].size());
    r->watt_hours = -1;
    r->kwh = line.fields[2].data();
    r->kwh_length = is_decimal(line.fields[2]) ? uint32_t(line.fields[2].size()) : 0;
  }

  // A half-hour as nearly all are written. Goes to the next line, or nowhere where it is not such.
  bool read_usual(const char *&at, const char *end, uint32_t number) {
    if (!is_open || memcmp(at, "103|", 4) != 0 || at[5] != '|') return false;
    uint32_t quality = quality_of(reinterpret_cast<const uint8_t *>(at + 4), 1);
    const char *value = at + 6, *behind = value;
    int32_t watt_hours = plain_watt_hours(behind);
    if (quality == 3 || watt_hours < 0 || *behind++ != '|') return false;
    if (*behind == '\r') behind++;
    if (behind >= end || *behind != '\n') return false;
    reading *r = next_reading(number);
    r->quality = quality;
    r->watt_hours = watt_hours;
    flow->groups++;
    at = behind + 1;
    return true;
  }

  void read(const flow_line &line, uint32_t number) {
    if (flow->has_footer) return refuse(number, CINGEST_LINE, 1);
    if (line.text.substr(0, 4) == "ZHV|" && number == 0 && flow->is_first) return;
    if (line.text.substr(0, 4) == "ZPT|") {
      end_date();
      flow->has_footer = 1;
      flow->footer_line = number;
      flow->footer = reinterpret_cast<const uint8_t *>(line.text.data());
      flow->footer_length = line.text.size();
      return;
    }
    flow->groups++;
    std::string_view group = line.fields[0];
    if (line.text.back() != '|') return group == "103" ? refuse(number, CINGEST_LINE, 1) : lose(number);  // it was cut
    if (group == "103")
      advance(line, number);
    else if (group == "102")
      begin_date(line, number);
    else if (group == "101")
      begin_instance(line);
    else
      lose(number);
  }
};

}  // namespace

extern "C" void cingest_d0036(const uint8_t *bytes, size_t length, const cingest_register *meters,
                              const cingest_dates *dates, cingest_batch *batch, cingest_flow *flow) {
  const char *at = reinterpret_cast<const char *>(bytes), *end = at + length;
  flow_reader reader{meters, dates, batch, flow};
  while (at < end) {
    uint32_t number = batch->lines++;
    if (reader.read_usual(at, end, number)) continue;
    const char *stop = static_cast<const char *>(memchr(at, '\n', size_t(end - at)));
    if (stop == nullptr) stop = end;
    const char *last = stop > at && stop[-1] == '\r' ? stop - 1 : stop;
    if (last > at) reader.read(cut_line(at, last), number);
    at = stop + 1;
  }
  if (reader.is_open && flow->is_last && !flow->has_footer) {
    // The file was cut somewhere, perhaps within the last value: the date that was open is not trusted.
    reader.is_open = false;
    reader.refuse(reader.date_line, CINGEST_LINE, uint32_t(reader.m.count));
  }
  reader.end_date();
}
