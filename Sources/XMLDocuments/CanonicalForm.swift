import CLibxml2

extension XMLDocument {
  enum CanonicalMode: Int32 {
    case inclusive = 0
    case exclusive = 1
  }

  /// The inclusive canonical form of the whole document, without comments: equal for documents that say the same.
  public func canonicalForm() -> [UInt8]? {
    canonical(.inclusive, UnsafeMutableRawPointer(document).assumingMemoryBound(to: xmlNode.self)) { _, _, _ in true }
  }

  /// The canonical form of the whole document without one element and what is in it (the enveloped signature).
  func canonical(without node: xmlNodePtr, _ mode: CanonicalMode) -> [UInt8]? {
    canonical(mode, node) { node, parent, target in !XMLDocument.isWithin(node, parent, target) }
  }

  /// The canonical form of one element and what is in it.
  func canonical(of node: xmlNodePtr, _ mode: CanonicalMode) -> [UInt8]? {
    canonical(mode, node) { node, parent, target in XMLDocument.isWithin(node, parent, target) }
  }

  private typealias Filter = (xmlNodePtr?, xmlNodePtr?, xmlNodePtr) -> Bool

  /// What the callback of libxml2 needs to know.
  private final class Selection {
    let target: xmlNodePtr
    let filter: Filter
    init(_ target: xmlNodePtr, _ filter: @escaping Filter) {
      self.target = target
      self.filter = filter
    }
  }

  private func canonical(_ mode: CanonicalMode, _ target: xmlNodePtr, _ filter: @escaping Filter) -> [UInt8]? {
    guard let buffer = xmlAllocOutputBuffer(nil) else { return nil }
    defer { xmlOutputBufferClose(buffer) }
    let selection = Selection(target, filter)
    let status = withExtendedLifetime(selection) {
      xmlC14NExecute(
        document,
        { user, node, parent in
          guard let user else { return 0 }
          let selection = Unmanaged<Selection>.fromOpaque(user).takeUnretainedValue()
          return selection.filter(node, parent, selection.target) ? 1 : 0
        }, Unmanaged.passUnretained(selection).toOpaque(), mode.rawValue, nil, 0, buffer)
    }
    guard status >= 0, let content = xmlOutputBufferGetContent(buffer) else {
      return nil
    }
    return Array(UnsafeBufferPointer(start: content, count: Int(xmlOutputBufferGetSize(buffer))))
  }

  /// A namespace is no node of the tree: libxml2 hands over the element that it belongs to beside it.
  private static func isWithin(_ node: xmlNodePtr?, _ parent: xmlNodePtr?, _ target: xmlNodePtr) -> Bool {
    guard let node else { return false }
    var current = node.pointee.type == XML_NAMESPACE_DECL ? parent : node
    while let step = current {
      if step == target { return true }
      current = step.pointee.parent
    }
    return false
  }
}
