// Debian's libxml2 is built with ICU, and its headers would bring in the system's ICU types. Foundation has ICU types of
// its own under the same names, so a file that sees both does not compile, or does so by luck. Nothing here uses them: the
// headers are read without them. (They only add pointers at the end of a structure that is never made or copied here.)
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>
