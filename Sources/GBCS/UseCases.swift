extension MessageCode {
  /// The GBCS use case, as far as the reference messages have it; `nil` for others.
  /// Source: GBCS table of message codes, as checked on the reference messages.
  public var useCase: String? { Self.useCases[rawValue] ?? UseCaseNames.byCode[rawValue] }

  private static let useCases: [UInt16: String] = [
    0x0001: "CCS01 add device to the hub's log", 0x0002: "CCS02 remove device from the hub's log",
    0x0003: "CCS03 restore the hub's log", 0x0007: "CS01a top up the electricity meter",
    0x0008: "CS02a provide credentials", 0x000A: "CS02c issue credentials", 0x000B: "CS02d update device certificate",
    0x000C: "CS02e provide device certificate", 0x0012: "CS06 activate firmware", 0x0013: "CS07 read device log",
    0x0019: "ECS01a set tariff and price", 0x00A2: "ECS01b set price", 0x0026: "ECS17a read export registers",
    0x0027: "ECS17b read import registers", 0x0033: "ECS21a read import daily log",
    0x0034: "ECS21b read prepayment daily log", 0x0035: "ECS21c read export daily log",
    0x0036: "ECS22a read export profile", 0x0037: "ECS22b read active import profile",
    0x0038: "ECS22c read reactive import profile", 0x003A: "ECS24 read tariff", 0x0048: "ECS35a read event log",
    0x0049: "ECS35b read security log", 0x0058: "ECS50 send customer identification number",
    0x0059: "ECS52 read firmware version", 0x0060: "ECS66 read daily consumption log",
    0x0061: "ECS68 billing log alert", 0x0062: "ECS70 set clock", 0x0067: "ECS80 supply restored alert",
    0x0069: "ECS82 read supply data", 0x006B: "GCS01a set tariff and price", 0x0074: "GCS13a read registers",
    0x0077: "GCS16a read daily log", 0x0078: "GCS17 read profile", 0x007F: "GCS28 set clock",
    0x0084: "GCS38 read firmware version", 0x0096: "GCS16b read prepayment daily log",
    0x0097: "CS01b top up the gas meter", 0x00A0: "GCS61 read daily consumption log",
    0x00CA: "firmware activation outcome", 0x00CB: "credentials outcome", 0x00CC: "future-dated outcome",
    0x00CD: "future-dated outcome", 0x00CE: "firmware receipt", 0x00CF: "firmware receipt",
    0x0102: "CS02b credentials, supplier by supplier", 0x0107: "CS02b credentials, supplier by transitional CoS",
    0x0108: "CS02b credentials, by recovery", 0x1000: "generic critical alert", 0x1001: "generic non-critical alert",
  ]
}
