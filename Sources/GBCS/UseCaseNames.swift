/// Names of use cases beside those that matter for settlement.
///
/// Source: use-case numbers as the messages of the DCC's reference test data (RTDS 4.5.0) bear them, with the titles of
/// the DCC's list of use cases, shortened.
enum UseCaseNames {
  static let byCode: [UInt16: String] = Dictionary(
    table.split(separator: "\n").compactMap { row in
      UInt16(row.prefix(4), radix: 16).map { ($0, String(row.dropFirst(5))) }
    }, uniquingKeysWith: { first, _ in first })

  private static let table = """
    0004 CCS05/CCS04 read device log of the hub
    000D CS03A1 method A join
    000E CS03B method B join
    000F CS04AC method A or C unjoin
    0014 CS10a read device event log
    0015 CS11 clear event log
    001A ECS02 set payment mode to credit
    001B ECS03 set payment mode to prepayment
    001C ECS04a adjust meter balance
    001D ECS05 reset tariff block counter matrix
    001E ECS07 debt management
    001F ECS08 update prepayment configuration
    0020 ECS09 activate emergency credit remotely
    0021 ECS10 send message to meter
    0022 ECS12 set change of tenancy date
    0023 ECS14 disable privacy PIN protection
    0024 ECS15a clear event log
    0025 ECS16 write supplier contact details
    0028 ECS17c read ESME energy registers (power)
    0029 ECS17d read energy / consumption register (TOU)
    002A ECS17e read ESME energy register (TOU with blocks)
    002B ECS18a read maximum demand registers (export)
    002C ECS18b read maximum demand registers (import)
    002D ECS19 read prepayment registers
    002E ECS20a read billing data log (payment-based debt payments)
    002F ECS20b read billing data log (change of mode or tariff)
    0030 ECS20c read billing data log (billing calendar)
    0039 ECS23 read voltage operational data
    003B ECS26a read configuration data prepayment
    003C ECS26b read configuration voltage data
    003D ECS26c read configuration (randomisation)
    003E ECS26d read billing calendar
    003F ECS26e read identity and type
    0040 ECS26f read configuration (instantaneous power thresholds)
    0042 ECS27 read load limit data
    0043 ECS28a set load limit configurations - general settings
    0044 ECS28b set load limit configuration counter reset
    0045 ECS29a set voltage configurations on ESME with counter resets
    0046 ECS30 set billing calendar
    0047 ECS34 set instantaneous power threshold configuration
    004A ECS37 set maximum demand configurable time period
    004B ECS38 update randomised offset limit
    004C ECS39a set MPAN / MPRN value
    004D ECS39b set export MPAN value on the ESME
    004E ECS40 read MPAN / MPRN value
    004F ECS42 remotely close the load switch on the ESME
    0050 ECS43 remotely open the load switch or close the valve
    0051 ECS44 arm load switch or valve
    0052 ECS45 read status of load switch or valve
    0053 ECS46a set auxiliary controller descriptions
    0054 ECS46c set calendar of switches
    0055 ECS47 switch an auxiliary load
    005A ECS57 reset maximum demand registers
    005E ECS61c read boost function data
    005F ECS62 associate switches and boost function
    0068 ECS81 set supply tamper state on ESME
    006C GCS02 set payment mode to credit
    006D GCS03 set payment mode to prepayment
    006E GCS04 debt management
    006F GCS05 update prepayment configuration
    0070 GCS06 activate emergency credit remotely
    0071 GCS07 send message to meter
    0072 GCS09 set change of tenancy date
    0073 GCS11 disable privacy PIN protection
    0075 GCS14 read prepayment registers
    0076 GCS15c read billing data log (billing calendar)
    0079 GCS18 read gas network data log
    007B GCS21a read configuration (gas)
    007C GCS23 set CV and conversion factor value(s) on the GSME
    007D GCS24 set uncontrolled gas flow rate and tamper state
    007E GCS25 set billing calendar
    0080 GCS31 start network data log on GSME
    0081 GCS32 remotely open the load switch or close the valve
    0082 GCS33 read status of load switch or valve
    0083 GCS36 send CIN to meter
    0085 GCS39 arm load switch or valve
    0086 GCS40a adjust prepayment mode meter balance
    0087 GCS41 set MPAN / MPRN value
    0088 GCS44 write supplier contact details
    0089 GCS46 read MPAN / MPRN value
    008D GCS60 read meter balance for smart meter
    0090 PCS02 activate emergency credit on GSME from PPMID
    0092 ECS26i read identity and type of the hub
    0093 ECS35c read CHF event log
    0094 ECS35d read CHF security log
    009D GCS21d read billing calendar
    009E GCS21e read identity and type
    009F GCS21f read tariff data
    00A1 CS10b read device security log
    00A3 GCS01b set price
    00AC ECS25a set event behaviours logging - supplier
    00AD GCS20 set alert behaviours - supplier
    00AE ECS29b set voltage configurations on ESME - 3 ph with counter resets
    00AF CS03C method C join
    00B0 ECS25b set event behaviours logging - network operator
    00B2 GCS62 backup GPF device log
    00B3 ECS04b adjust meter balance: reset
    00B4 GCS40b adjust prepayment mode meter balance: reset
    00B5 GCS21b read configuration data prepayment
    00B6 GCS13c read energy / consumption register (TOU)
    00B7 ECS01c set tariff and price - second element
    00B8 GCS13b read GSME energy register (block counters)
    00B9 ECS35e read ESME power event log
    00BA ECS35f read event log of switches
    00BB ECS61a read data of switches
    00BC ECS23b read voltage operational data - 3 phase
    00BD ECS24b read tariff data - second element
    00BE ECS26j read configuration (payment mode)
    00BF GCS21j read configuration (payment mode)
    00C0 GCS40c adjust credit mode meter balance
    00C1 ECS15c clear auxiliary controller event log
    00C2 GCS40d adjust credit mode meter balance: reset
    00C3 GCS15b read billing data log (change of mode or tariff)
    00C4 GCS15d read billing data log (payment-based debt payments)
    00C5 GCS15e read billing data log (prepayment credits)
    00C6 ECS26k read configuration voltage data - 3 phase
    00C7 ECS01d set price - second element
    00C9 ECS20d read billing data log (prepayment credits)
    00D1 ECS29c set voltage configurations on ESME without counter reset
    00D2 ECS29d set voltage configurations on polyphase ESME without counter reset
    00D3 ECS29e reset RMS voltage counters on ESME
    00D4 ECS29f reset RMS voltage counters on polyphase ESME
    00D7 ECS30a set billing calendar - all periodicities
    00D8 GCS25a set billing calendar - all periodicities
    00D9 ECS26l read configuration (billing calendar)
    00DA GCS21k read configuration (billing calendar)
    00DB ECS48 configure daily resetting of tariff block counter matrix
    00DE ECS08a update prepayment configuration
    00EA ECS25a1 set alert behaviours in the home, supplier
    00EB ECS25a2 set alarm behaviours, supplier
    00EC ECS25a3 set event logging, supplier
    00ED ECS25b3 set event logging, network operator
    00EE ECS25r1 read event and alert behaviours of the supplier
    00EF ECS25r2 read event and alert behaviours of the network operator
    00F1 GCS20r read non-critical event and alert behaviours - supplier
    00F9 ECS26m read identity, type and supply tamper state
    00FA ECS26n read identity and type of the hub
    00FB GCS21m read identity, type and supply tamper state
    00FC GCS24a set uncontrolled gas flow rate and supply tamper state on the GSME
    00FD ECS35g read auxiliary controller event log
    00FE CCS07 read CHF device logs
    0103 CS02b credentials, network operator by network operator
    0104 CS02b credentials, broker by broker
    0105 CS02b credentials, WAN provider by WAN provider
    0109 CS02b credentials, by contingency key
    010A DBCH01 read CHF Sub GHz channel
    010B DBCH02 read CHF Sub GHz channel log
    010C DBCH03 read CHF Sub GHz configuration
    010D DBCH04 set CHF Sub GHz configuration
    010E DBCH05 request CHF Sub GHz channel scan
    010F CCS06 read CHF device log and check HAN communications
    0110 DBCH06 limited duty cycle action taken Sub GHz alert
    0111 DBCH07 Sub GHz channel changed Sub GHz alert
    0112 DBCH08 Sub GHz channel scan request assessment outcome Sub GHz alert
    0114 DBCH10 message discarded due to duty cycle management Sub GHz alert
    0115 DBCH11 no more Sub GHz device capacity Sub GHz alert
    011A ECS46d set auxiliary controller calendar
    011B CS02f provide security credential details (ESME and SAPC)
    011C ECS61d read auxiliary controller configuration data
    011D ECS61e read auxiliary controller operational data
    011E ECS47a set auxiliary controller [n] state
    011F ECS47e limit APC [n] level
    0120 ECS100 command not supported by device
    0121 ECS101 limit APC [n] level command processed
    0122 ECS102 limit APC [n] level ended or cancelled
    0123 ECS200 operational update
    0124 CS02g credentials, load controller
    0125 CS02g credentials, load controller by load controller
    0126 CS02g credentials, load controller by supplier
    0128 CCS08 firmware transfer alert
    0129 CS08 read PPMID/HCALCS firmware version
    012A GCS60a read meter balance
    012B CS09 PPMID firmware activation alert
    """
}
