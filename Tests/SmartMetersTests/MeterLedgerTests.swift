import Testing
import SmartMeters
import GBCS

@Suite("Device time") struct DeviceTimeTests {
  @Test("bytes of the reference messages") func bytes() {
    #expect(DeviceTime(seconds: 473_299_200).dateTime() == [0x07, 0xDE, 0x0C, 0x1F, 0xFF, 0, 0, 0, 0, 0x80, 0, 0xFF])
  }
}
