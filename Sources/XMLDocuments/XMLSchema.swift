import CLibxml2

/// An XML schema, held against documents.
public final class XMLSchema {
  public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable

    public var description: String { "The XML schema cannot be read." }
  }

  private let schema: xmlSchemaPtr

  /// - Parameter path: a file beside which the schemas that it imports lie. Nothing is fetched.
  public init(path: String) throws(Fault) {
    guard let parser = xmlSchemaNewParserCtxt(path) else { throw .unreadable }
    defer { xmlSchemaFreeParserCtxt(parser) }
    xmlSchemaSetParserStructuredErrors(parser, { _, _ in }, nil)
    guard let schema = xmlSchemaParse(parser) else { throw .unreadable }
    self.schema = schema
  }

  deinit { xmlSchemaFree(schema) }

  public func accepts(_ document: XMLDocument) -> Bool {
    guard let context = xmlSchemaNewValidCtxt(schema) else { return false }
    defer { xmlSchemaFreeValidCtxt(context) }
    xmlSchemaSetValidStructuredErrors(context, { _, _ in }, nil)
    return xmlSchemaValidateDoc(context, document.document) == 0
  }
}
