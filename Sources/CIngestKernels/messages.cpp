// Debug and release builds must read alike: simdjson's own development checks abort on misuse, and differ by build.
#define SIMDJSON_DEVELOPMENT_CHECKS 0
#ifndef NDEBUG
#define NDEBUG 1
#endif

#include "plain_message.h"

#include <new>

#include <simdjson.h>

using namespace simdjson;

struct cingest_messages {
  ondemand::parser parser;
};

extern "C" cingest_messages *cingest_messages_new(void) { return new (std::nothrow) cingest_messages; }
extern "C" void cingest_messages_free(cingest_messages *messages) { delete messages; }

namespace {

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty()) {
    char last = text.back();
    if (last != ' ' && last != '\t' && last != '\n' && last != '\r') break;
    text.remove_suffix(1);
  }
  return text;
}

// RFC 8259, section 6, forbids what cingest_watt_hours allows: a plus, zeros in front, a bare point.
bool is_json_number(std::string_view text) {
  auto digit = [&](size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  size_t at = text.size() > 0 && text[0] == '-' ? 1 : 0;
  if (!digit(at) || (text[at] == '0' && digit(at + 1))) return false;
  while (digit(at)) at++;
  if (at < text.size() && text[at] == '.') {
    if (!digit(++at)) return false;
    while (digit(at)) at++;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    at++;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) at++;
    if (!digit(at)) return false;
    while (digit(at)) at++;
  }
  return at == text.size();
}

// The place of a member's name among `names`, or their number where it is none of them. As a rule it stands in the line as it
// is, which a comparison or two of whole words show, for the lengths are known here; only otherwise are its escapes undone.
template <size_t... lengths>
[[gnu::always_inline]] inline size_t name_of(ondemand::field &field, const char (&...names)[lengths]) {
  const char *raw = field.key().raw();  // behind the quote; CINGEST_PADDING bytes follow the line
  size_t place = 0;
  if ((((memcmp(raw, names, lengths - 1) == 0 && raw[lengths - 1] == '"') || (place++, false)) || ...)) return place;
  std::string_view text;
  if (field.unescaped_key().get(text)) return sizeof...(names);
  place = 0;
  (void)((text == std::string_view(names, lengths - 1) || (place++, false)) || ...);
  return place;
}

bool read_text(ondemand::value &value, std::string_view &text) { return value.get_string().get(text) == SUCCESS; }

// A number's text as it stands, without the blanks behind it.
bool read_number(ondemand::value &value, std::string_view &text) {
  text = without_trailing_blanks(value.raw_json_token());
  return is_json_number(text);
}

bool read_kwh(ondemand::value &value, reading &out) {
  const char *token = value.raw_json_token().data(), *at = token;
  out.watt_hours = plain_watt_hours(at);
  if (out.watt_hours >= 0 && ends_token(*at)) return true;
  std::string_view text;
  if (!read_number(value, text)) return false;
  out.watt_hours = -1;
  out.kwh = text.data();
  out.kwh_length = uint32_t(text.size());
  return true;
}

bool read_period(ondemand::value &value, reading &out) {
  const char *at = value.raw_json_token().data();
  out.period = plain_period(at);
  if (out.period && ends_token(*at)) return true;
  std::string_view text;
  out.period = 0;  // a number, but none of a period
  return read_number(value, text);
}

bool read_quality(ondemand::value &value, reading &out) {
  std::string_view text = value.raw_json_token();
  if (text.size() >= 3 && text[1] != '\\' && text[2] == '"') {
    // One letter, as it stands.
    ondemand::raw_json_string raw;
    if (value.get_raw_json_string().get(raw)) return false;
    text = std::string_view(raw.raw(), 1);
  } else if (!read_text(value, text)) {
    return false;
  }
  out.quality = quality_of(reinterpret_cast<const uint8_t *>(text.data()), text.size());
  return true;
}

bool read_reading(ondemand::value item, reading &out) {
  out = {};
  unsigned seen = 0;
  ondemand::object fields;
  if (item.get_object().get(fields)) return false;
  for (auto next : fields) {
    ondemand::field field;
    if (std::move(next).get(field)) return false;
    size_t name = name_of(field, "settlementPeriod", "kwh", "quality");
    if (name == 3 || (seen >> name & 1)) return false;
    seen |= 1u << name;
    ondemand::value &value = field.value();
    if (!(name == 0 ? read_period(value, out) : name == 1 ? read_kwh(value, out) : read_quality(value, out))) return false;
  }
  return (seen & 3) == 3;
}

// Reads a message's object: mpan, settlementDate, readings, each once, and nothing else.
bool read_message(ondemand::object &fields, uint32_t line, message &out) {
  unsigned seen = 0;
  for (auto next : fields) {
    ondemand::field field;
    if (std::move(next).get(field)) return false;
    size_t name = name_of(field, "mpan", "settlementDate", "readings");
    if (name == 3 || (seen >> name & 1)) return false;
    seen |= 1u << name;
    ondemand::value &value = field.value();
    if (name < 2) {
      if (!read_text(value, name == 0 ? out.mpan : out.date)) return false;
      continue;
    }
    ondemand::array items;
    if (value.get_array().get(items)) return false;
    for (auto element : items) {
      ondemand::value item;
      if (out.count == most_readings || element.get(item) || !read_reading(item, out.readings[out.count])) return false;
      out.readings[out.count].line = line;
      out.count++;
    }
  }
  return seen == 7;
}

// 64 bytes from 86 or 88 characters of base64, of either alphabet.
bool read_raw_signature(std::string_view text, uint8_t *raw) {
  while (!text.empty() && text.back() == '=' && text.size() > 86) text.remove_suffix(1);
  if (text.size() != 86) return false;
  uint32_t bits = 0, count = 0;
  size_t at = 0;
  for (char c : text) {
    uint32_t value = c >= 'A' && c <= 'Z' ? uint32_t(c - 'A')
                     : c >= 'a' && c <= 'z' ? uint32_t(c - 'a') + 26
                     : c >= '0' && c <= '9' ? uint32_t(c - '0') + 52
                     : c == '+' || c == '-' ? 62
                     : c == '/' || c == '_' ? 63
                                            : 64;
    if (value == 64) return false;
    bits = bits << 6 | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      raw[at++] = uint8_t(bits >> count);
      bits &= (1u << count) - 1;
    }
  }
  return at == 64 && bits == 0;
}

bool is_at_end(ondemand::document &document) {
  const char *rest = nullptr;
  return document.current_location().get(rest) != SUCCESS;
}

// Whether a line can be used at all; `is_signed` false where its envelope is wanting.
bool read_line(ondemand::parser &parser, const uint8_t *base, const uint8_t *line, size_t length, bool wants_signature,
               message &m, cingest_signature &signature, bool &is_signed) {
  const char *text = reinterpret_cast<const char *>(line);
  if (!wants_signature && read_plain(text, text + length, signature.line, m)) return true;
  m.count = 0;
  ondemand::document document;
  // CINGEST_PADDING bytes follow the last line, and other lines follow the rest.
  padded_string_view view(text, length, length + CINGEST_PADDING);
  if (parser.iterate(view).get(document)) return false;
  ondemand::object fields;
  if (document.get_object().get(fields)) return false;
  if (!wants_signature) return read_message(fields, signature.line, m) && is_at_end(document);
  std::string_view sender, raw_signature;
  bool has_sender = false, has_signature = false, has_message = false;
  const uint8_t *payload = nullptr;
  for (auto next : fields) {
    ondemand::field field;
    if (std::move(next).get(field)) return false;
    size_t name = name_of(field, "sender", "signature", "message");
    ondemand::value value = field.value();
    if (has_message) return false;  // the message is the last member, so that its bytes are known
    if (name == 0 && !has_sender) {
      if (!read_text(value, sender)) return false;
      // Where the text lies in the line, which has no escapes in it, or it is no sender's name.
      has_sender = true;
    } else if (name == 1 && !has_signature) {
      if (!read_text(value, raw_signature)) return false;
      has_signature = read_raw_signature(raw_signature, signature.raw);
    } else if (name == 2) {
      ondemand::object inner;
      std::string_view token = value.raw_json_token();
      payload = reinterpret_cast<const uint8_t *>(token.data());
      if (value.get_object().get(inner) || !read_message(inner, signature.line, m)) return false;
      has_message = true;
    } else {
      return false;
    }
  }
  if (!has_message || !is_at_end(document)) return false;
  is_signed = has_sender && has_signature && sender.size() <= 32;
  if (!is_signed) return true;
  // The signed bytes: from the message's brace to the one that closes it, which the envelope's own follows.
  const uint8_t *end = line + length;
  while (end > payload && end[-1] != '}') end--;
  end--;
  while (end > payload && end[-1] != '}') end--;
  signature.payload_at = uint32_t(payload - base);
  signature.payload_length = uint32_t(end - payload);
  // Unescaped texts lie in the parser's memory, which the next line takes: the sender is looked up in the line itself.
  auto found = std::string_view(text, size_t(payload - line)).find(sender);
  is_signed = found != std::string_view::npos && !sender.empty();
  signature.sender_at = uint32_t(line - base + (is_signed ? found : 0));
  signature.sender_length = uint32_t(sender.size());
  return true;
}

}  // namespace

extern "C" void cingest_json(cingest_messages *messages, const uint8_t *bytes, size_t length,
                             const cingest_register *meters, const cingest_dates *dates, cingest_batch *batch) {
  const uint8_t *p = bytes, *end = bytes + length;
  while (p < end) {
    const uint8_t *stop = static_cast<const uint8_t *>(memchr(p, '\n', size_t(end - p)));
    if (stop == nullptr) stop = end;
    size_t size = size_t(stop - p);
    if (size > 0 && p[size - 1] == '\r') size--;
    uint32_t line = batch->lines++;
    if (size > 0) {
      message m;
      cingest_signature signature;
      signature.line = line;
      bool is_signed = false, wants = batch->signatures != nullptr;
      if (!read_line(messages->parser, bytes, p, size, wants, m, signature, is_signed)) {
        cingest_fault_add(batch, line, CINGEST_LINE, 0, 1);
      } else if (wants && !is_signed) {
        cingest_fault_add(batch, line, CINGEST_SIGNATURE, 0, uint32_t(m.count));
      } else if (wants) {
        // A row follows for it, or not; the signature counts only where one does.
        uint32_t number = batch->signature_count, rows = batch->row_count;
        take(m, line, number, meters, dates, batch);
        if (batch->row_count > rows) batch->signatures[batch->signature_count++] = signature;
      } else {
        take(m, line, UINT32_MAX, meters, dates, batch);
      }
    }
    p = stop + 1;
  }
}
