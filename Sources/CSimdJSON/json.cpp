// Debug and release builds must read alike: simdjson's own development checks abort on misuse, and differ by build.
#define SIMDJSON_DEVELOPMENT_CHECKS 0
#ifndef NDEBUG
#define NDEBUG 1
#endif

#include "CSimdJSON.h"

#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include <simdjson.h>

using namespace simdjson;

struct csimdjson_document {
  explicit csimdjson_document(size_t length) : text(length) {}

  padded_string text;
  ondemand::parser parser;
  std::vector<csimdjson_token> tokens;
};

namespace {

// simdjson counts positions in 32 bits; above this a document is refused unread.
constexpr size_t largest_document = size_t(512) << 20;

csimdjson_status status_of(error_code error) {
  switch (error) {
    case SUCCESS: return CSIMDJSON_OK;
    case EMPTY: return CSIMDJSON_EMPTY;
    case CAPACITY: return CSIMDJSON_TOO_LARGE;
    case MEMALLOC: return CSIMDJSON_OUT_OF_MEMORY;
    case UTF8_ERROR: return CSIMDJSON_NOT_UTF8;
    case UNCLOSED_STRING: return CSIMDJSON_OPEN_STRING;
    case STRING_ERROR:
    case UNESCAPED_CHARS: return CSIMDJSON_BAD_STRING;
    case NUMBER_ERROR: return CSIMDJSON_BAD_NUMBER;
    case T_ATOM_ERROR:
    case F_ATOM_ERROR:
    case N_ATOM_ERROR: return CSIMDJSON_BAD_LITERAL;
    case INCOMPLETE_ARRAY_OR_OBJECT: return CSIMDJSON_INCOMPLETE;
    default: return CSIMDJSON_BAD_STRUCTURE;
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty()) {
    char last = text.back();
    if (last != ' ' && last != '\t' && last != '\n' && last != '\r') break;
    text.remove_suffix(1);
  }
  return text;
}

// The grammar of RFC 8259, section 6: simdjson hands the raw text on unchecked.
bool is_number(std::string_view text) {
  size_t at = 0;
  auto digits = [&] {
    size_t from = at;
    while (at < text.size() && is_digit(text[at])) at++;
    return at - from;
  };
  if (at < text.size() && text[at] == '-') at++;
  size_t whole = at;
  size_t count = digits();
  if (count == 0 || (count > 1 && text[whole] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    at++;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    at++;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) at++;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

struct walker {
  csimdjson_document &document;
  uint32_t maximum_depth;

  void add(uint32_t kind, std::string_view bytes = {}) {
    document.tokens.push_back(
        {reinterpret_cast<const uint8_t *>(bytes.data()), static_cast<uint32_t>(bytes.size()), kind});
  }

  csimdjson_status value(ondemand::value item, uint32_t depth) {
    ondemand::json_type type;
    if (auto error = item.type().get(type)) return status_of(error);
    switch (type) {
      case ondemand::json_type::array: return array(item, depth);
      case ondemand::json_type::object: return object(item, depth);
      case ondemand::json_type::number: {
        std::string_view text = without_trailing_blanks(item.raw_json_token());
        if (!is_number(text)) return CSIMDJSON_BAD_NUMBER;
        add(CSIMDJSON_NUMBER, text);
        return CSIMDJSON_OK;
      }
      case ondemand::json_type::string: {
        std::string_view text;
        if (auto error = item.get_string().get(text)) return status_of(error);
        add(CSIMDJSON_STRING, text);
        return CSIMDJSON_OK;
      }
      case ondemand::json_type::boolean: {
        std::string_view text = without_trailing_blanks(item.raw_json_token());
        if (text != "true" && text != "false") return CSIMDJSON_BAD_LITERAL;
        add(text == "true" ? CSIMDJSON_TRUE : CSIMDJSON_FALSE);
        return CSIMDJSON_OK;
      }
      case ondemand::json_type::null: {
        if (without_trailing_blanks(item.raw_json_token()) != "null") return CSIMDJSON_BAD_LITERAL;
        add(CSIMDJSON_NULL);
        return CSIMDJSON_OK;
      }
    }
    return CSIMDJSON_BAD_STRUCTURE;
  }

  csimdjson_status array(ondemand::value &item, uint32_t depth) {
    if (depth >= maximum_depth) return CSIMDJSON_TOO_DEEP;
    ondemand::array elements;
    if (auto error = item.get_array().get(elements)) return status_of(error);
    size_t head = document.tokens.size();
    uint32_t count = 0;
    add(CSIMDJSON_ARRAY);
    for (auto next : elements) {
      ondemand::value element;
      if (auto error = next.get(element)) return status_of(error);
      if (auto status = value(element, depth + 1)) return status;
      count++;
    }
    document.tokens[head].length = count;
    return CSIMDJSON_OK;
  }

  csimdjson_status object(ondemand::value &item, uint32_t depth) {
    if (depth >= maximum_depth) return CSIMDJSON_TOO_DEEP;
    ondemand::object fields;
    if (auto error = item.get_object().get(fields)) return status_of(error);
    size_t head = document.tokens.size();
    uint32_t count = 0;
    add(CSIMDJSON_OBJECT);
    for (auto next : fields) {
      ondemand::field field;
      if (auto error = std::move(next).get(field)) return status_of(error);
      std::string_view key;
      if (auto error = field.unescaped_key().get(key)) return status_of(error);
      add(CSIMDJSON_KEY, key);
      if (auto status = value(field.value(), depth + 1)) return status;
      count++;
    }
    document.tokens[head].length = count;
    return CSIMDJSON_OK;
  }
};

// The text was put between brackets, so that a document that is a bare number, word or string is walked like any other:
// it is the one element of that array.
csimdjson_status walk(csimdjson_document &document, uint32_t maximum_depth, int64_t &position) {
  ondemand::document root;
  if (auto error = document.parser.iterate(document.text).get(root)) return status_of(error);
  auto where = [&] {
    const char *at = nullptr;
    if (root.current_location().get(at) == SUCCESS && at >= document.text.data() &&
        at <= document.text.data() + document.text.size()) {
      position = at - document.text.data();
    }
  };
  ondemand::array elements;
  if (auto error = root.get_array().get(elements)) return where(), status_of(error);
  walker walker{document, maximum_depth};
  size_t count = 0;
  for (auto next : elements) {
    ondemand::value element;
    if (auto error = next.get(element)) {
      where();
      bool is_rest = count > 0 && position >= 0 && position < int64_t(document.text.size());
      return is_rest ? CSIMDJSON_TRAILING : status_of(error);
    }
    if (count > 0) return where(), CSIMDJSON_TRAILING;
    if (auto status = walker.value(element, 0)) return where(), status;
    count++;
  }
  const char *rest = nullptr;
  if (root.current_location().get(rest) == SUCCESS) return where(), CSIMDJSON_TRAILING;
  return count == 1 ? CSIMDJSON_OK : CSIMDJSON_EMPTY;
}

}  // namespace

csimdjson_status csimdjson_parse(
    const uint8_t *bytes, size_t length, uint32_t maximum_depth, csimdjson_document **result, int64_t *offset) {
  *result = nullptr;
  *offset = -1;
  if (length > largest_document) return CSIMDJSON_TOO_LARGE;
  csimdjson_document *document = nullptr;
  try {
    size_t mark = length >= 3 && std::memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    document = new csimdjson_document(length - mark + 2);
    char *text = document->text.data();
    if (text == nullptr) {
      delete document;
      return CSIMDJSON_OUT_OF_MEMORY;
    }
    text[0] = '[';
    if (length > mark) std::memcpy(text + 1, bytes + mark, length - mark);
    text[length - mark + 1] = ']';
    int64_t position = -1;
    csimdjson_status status = walk(*document, maximum_depth, position);
    if (status == CSIMDJSON_OK) {
      *result = document;
      return status;
    }
    // The closing bracket around the text was taken for one of its own, and then the text was at its end.
    int64_t end = static_cast<int64_t>(document->text.size());
    if (status == CSIMDJSON_BAD_STRUCTURE && position >= end) status = CSIMDJSON_INCOMPLETE;
    if (position > 0) {
      int64_t at = position - 1 + static_cast<int64_t>(mark);
      *offset = at > static_cast<int64_t>(length) ? static_cast<int64_t>(length) : at;
    }
    delete document;
    return status;
  } catch (...) {
    delete document;
    return CSIMDJSON_OUT_OF_MEMORY;
  }
}

const csimdjson_token *csimdjson_tokens(const csimdjson_document *document, size_t *count) {
  *count = document->tokens.size();
  return document->tokens.data();
}

void csimdjson_release(csimdjson_document *document) { delete document; }
