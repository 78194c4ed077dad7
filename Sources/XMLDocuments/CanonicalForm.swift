import CLibxml2

extension XMLDocument {
  enum CanonicalMode: Int32 {
    case inclusive = 0
    case exclusive = 1
  }

  /// The inclusive canonical form of the whole document, without comments: equal for documents that say the same.
  public func canonicalForm() -> [UInt8]? { Self.canonical(document, .inclusive) }

  /// The canonical form of the whole document without one element and what is in it (the enveloped signature): it is
  /// taken out of the tree, and put back where it was.
  func canonical(without node: xmlNodePtr, _ mode: CanonicalMode) -> [UInt8]? {
    guard let parent = node.pointee.parent else { return nil }
    let next = node.pointee.next
    xmlUnlinkNode(node)
    defer { if let next { xmlAddPrevSibling(next, node) } else { xmlAddChild(parent, node) } }
    return Self.canonical(document, mode)
  }

  /// The canonical form of one element and what is in it, as a document of its own: with the namespaces that it uses.
  func canonical(alone node: xmlNodePtr) -> [UInt8]? {
    guard let other = xmlNewDoc(nil) else { return nil }
    defer { xmlFreeDoc(other) }
    guard let copy = xmlDocCopyNode(node, other, 1) else { return nil }
    xmlDocSetRootElement(other, copy)
    return Self.canonical(other, .exclusive)
  }

  private static func canonical(_ document: xmlDocPtr, _ mode: CanonicalMode) -> [UInt8]? {
    guard let buffer = xmlAllocOutputBuffer(nil) else { return nil }
    defer { xmlOutputBufferClose(buffer) }
    guard xmlC14NExecute(document, nil, nil, mode.rawValue, nil, 0, buffer) >= 0,
      let content = xmlOutputBufferGetContent(buffer)
    else { return nil }
    return Array(UnsafeBufferPointer(start: content, count: Int(xmlOutputBufferGetSize(buffer))))
  }
}
