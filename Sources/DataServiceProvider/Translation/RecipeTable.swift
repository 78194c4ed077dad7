/// Which service becomes which use case on which device, and what the command consists of.
///
/// Source: GBCS use cases as they stand in the DCC's reference test data (RTDS 4.5.0); each row is held against the
/// reference command by `halfhour dcc check-vectors`. Of some the folder has a command but no request, so that they are typed
/// from the command and not compared: 2.5, 3.4, 4.11.1, 4.18, 6.2.2 and two logs of 6.13 on electricity meters, 4.17 of gas.
///
/// Columns: service reference variant | kinds of device | features it must have | what the body must say | message code |
/// sender | payload. Of rows that fit, the first counts. Payloads are read by ``AccessRecipe`` (DLMS), ``GasRecipe``
/// (`gas`) and ``StructuredRecipe`` (`build`).
enum RecipeTable {
  static let rows: [Recipe] = (electricity + gas + hub).split(separator: "\n").compactMap { Recipe($0) }

  /// Rows as they are written, for the test that all can be read.
  static var written: Int { (electricity + gas + hub).split(separator: "\n").count }

  static let byVariant: [String: [Recipe]] = Dictionary(grouping: rows) { $0.variant }

  private static let electricity = """
    1.1.1|E|||0019|own|build tariff
    1.1.2|E|||00B7|own|build secondaryTariff
    1.2.1|E|||00A2|own|build prices
    1.2.2|E|||00C7|own|build secondaryTariff
    1.5|E||PrepaymentMode|001C|own|act 112 0-0:19.10.0.255 1 dl=PrepaymentMode/AdjustMeterBalance
    1.5|E||CreditMode|00B3|own|act 112 0-0:19.10.0.255 2 dl:0; act 112 0-0:19.10.1.255 2 dl:0; act 112 0-0:19.10.2.255 2 dl:0
    1.6|E||Credit|001A|own|build creditMode
    1.6|E||Prepayment|001B|own|build prepaymentMode
    1.7|E|||001D|own|act 9 0-0:10.0.100.255 1 lu:99
    2.1|E|later|UpdatePrepayConfigElectricity|00DE|own|build prepayment
    2.1|E||UpdatePrepayConfigElectricity|001F|own|build prepayment
    2.3|E||ElecDebtRecovery1|001E|own|build debt
    2.5|E|||0020|own|act 112 0-0:19.10.1.255 3 i:0
    3.1|E|||0021|own|set 1 0-2:96.13.1.255 2 os=SupplierMessage
    3.4|E|||0025|own|set 9000 0-0:96.13.0.255 2 os=SupplierTelephoneNumber; set 9000 0-0:96.13.1.255 2 os=SupplierName
    3.5|E|||0023|own|set 1 0-0:94.44.3.1 2 os:
    4.1.2|E|||0029|sealed|sealed 0-0:43.2.9.255 1 0-0:94.44.34.1
    4.1.3|E|||002A|sealed|sealed 0-0:43.2.10.255 1 0-0:94.44.34.2
    4.3|E|||002D|sealed|sealed 0-0:43.2.1.255 1 0-0:94.44.34.30
    4.4.2|E|||002F|sealed|sealed 0-0:43.2.3.255 7 0-0:98.1.2.255
    4.4.3|E|||0030|sealed|sealed 0-0:43.2.2.255 7 0-0:98.1.0.255 7 0-0:98.1.1.255
    4.4.4|E|||002E|own|log 0-0:98.1.4.255
    4.4.5|E|||00C9|own|log 0-0:98.1.5.255
    4.10|E|polyphase||00BC|own|get 3 1-0:32.32.0.4 2,3; get 3 1-0:32.36.0.4 2,3; log 1-0:32.24.0.255; get 7 1-0:32.24.0.255 4; get 3 1-0:52.32.0.4 2,3; get 3 1-0:52.36.0.4 2,3; log 1-0:52.24.0.255; get 7 1-0:52.24.0.255 4; get 3 1-0:72.32.0.4 2,3; get 3 1-0:72.36.0.4 2,3; log 1-0:72.24.0.255; get 7 1-0:72.24.0.255 4
    4.10|E|||0039|own|get 3 1-0:32.32.0.4 2,3; get 3 1-0:32.36.0.4 2,3; log 1-0:32.24.0.255; get 7 1-0:32.24.0.255 4
    4.11.1|E|||003A|own|build readTariff
    4.11.2|E|||00BD|own|get 113 0-0:19.20.5.255 5; get 3 0-0:94.44.1.8 2,3; get 11 0-0:11.0.1.255 2; get 20 0-0:13.0.1.255 3,4,5
    4.12.1|E|||002C|own|get 1 0-0:94.44.5.0-1 2; get 4 1-0:1.6.0.255 2,3,5; get 4 1-0:1.6.1.255 2,3,5; get 10 0-0:12.0.0.255 2
    4.12.2|E|||002B|own|get 1 0-0:94.44.5.2 2; get 4 1-0:2.6.0.255 2,3,5
    4.13|E|||003B|own|get 113 0-0:19.20.1.255 5; get 11 0-0:11.0.2.255 2; get 113 0-0:19.20.1.255 8,5; get 113 0-0:19.20.2.255 5,8,5; get 113 0-0:19.20.3.255 13; get 9000 0-0:94.44.2.10 2; get 21 0-0:16.0.1.255 2; get 9000 0-0:94.44.2.20 2; get 111 0-0:19.0.0.255 16,18,19; get 112 0-0:19.10.1.255 9,10; get 10 0-0:12.0.1.255 2; get 111 0-0:19.0.0.255 11
    4.15|E|||0042|own|get 9000 0-0:94.44.0.3 2; get 3 0-0:94.44.42.255 2,3; get 71 0-0:17.0.0.255 4,6,7
    4.16|E|||0028|own|get 1 0-0:94.44.34.20 2
    4.18|E|||0069|own|get 112 0-0:19.10.0.255 2
    6.2.1|E|polyphase||00C6|own|get 71 0-0:17.0.1.255 4,6; get 71 0-0:17.0.2.255 4,6; get 71 0-0:17.0.3.255 4,6; get 71 0-0:17.0.4.255 4,6; get 1 1-0:32.35.0.4 2; get 1 1-0:32.31.0.4 2; get 1 1-0:52.31.0.4 2; get 1 1-0:52.35.0.4 2; get 1 1-0:72.31.0.4 2; get 1 1-0:72.35.0.4 2
    6.2.1|E|||003C|own|get 71 0-0:17.0.1.255 4,6; get 71 0-0:17.0.2.255 4,6; get 71 0-0:17.0.3.255 4,6; get 71 0-0:17.0.4.255 4,6; get 1 1-0:32.35.0.4 2; get 1 1-0:32.31.0.4 2
    6.2.2|E|||003D|own|get 1 0-0:94.44.0.0 2; get 1 0-0:94.44.0.2 2; get 1 0-0:94.44.0.1 2
    6.2.3|E|later||00D9|own|get 22 0-0:15.0.0.255 4
    6.2.3|E|||003E|own|get 22 0-0:15.0.0.255 4
    6.2.4|E|||003F|own|get 1 0-0:96.1.1.255 2; get 1 0-0:96.1.2.255 2; get 1 0-0:96.1.4.255 2; get 1 0-0:96.1.6.255 2; get 1 0-0:94.44.0.4 2
    6.2.5|E|||0040|own|get 21 0-0:16.0.0.255 2
    6.2.7|E|||004E|own|get 1 0-0:94.44.34.11 2; get 1 1-0:0.0.2.255 2
    6.2.9|E|||00BE|own|get 111 0-0:19.0.0.255 2
    6.2.10|E|||00EE|own|get 1 0-30:97.98.15-18.255 2
    6.4.1|E|||0043|own|set 9000 0-0:94.44.0.3 4 b?LoadLimitSupplyState:Unchanged=00:Disable=FF; set 9000 0-0:94.44.128.7 4 dlu=LoadLimitPowerThreshold; set 9000 0-0:94.44.128.6 4 dlu=LoadLimitPeriod; set 9000 0-0:94.44.128.8 4 dlu=LoadLimitRestorationPeriod; set 9000 0-0:94.44.0.3 6 when; set 9000 0-0:94.44.128.7 6 when; set 9000 0-0:94.44.128.6 6 when; set 9000 0-0:94.44.128.8 6 when
    6.4.2|E|||0044|own|act 3 0-0:94.44.42.255 1 i:0
    6.5|E||RMSVoltageCountersNotReset SinglePhaseVoltageSettings|00D1|own|build voltage
    6.5|E||RMSVoltageCountersNotReset PolyPhaseVoltageSettings|00D2|own|build voltage
    6.5|E||SinglePhaseVoltageSettings|0045|own|build voltage
    6.5|E||PolyPhaseVoltageSettings|00AE|own|build voltage
    6.8|E||ElectricityBillingCalendar/Quarterly|00D7|own|build billingCalendar
    6.8|E|||0046|own|build billingCalendar
    6.12|E|||0047|own|set 21 0-0:16.0.0.255 2 ar(dlu=LowMediumPowerThreshold,dlu=MediumHighPowerThreshold)
    6.13|E||LogToRead=Event|0048|own|log 0-0:99.98.0.255
    6.13|E||LogToRead=Security|0049|own|log 0-0:99.98.1.255
    6.13|E||LogToRead=PowerEvent|00B9|own|log 0-0:99.98.4.255
    6.13|E||LogToRead=ALCSEvent|00BA|own|log 0-17:99.98.2.255
    6.14.1|E|||0053|own|build switchNames
    6.14.2|E|||0054|own|build switchSchedule
    6.14.3|E|||011A|own|build controllerSchedule
    6.18.1|E|||004A|own|build demandPeriod
    6.18.2|E|||005A|own|?MaxDemandActivePowerImportValue act 4 1-0:1.6.0.255 1 i:0; ?MaxDemandConfigTimeActivePowerImportValue act 4 1-0:1.6.1.255 1 i:0; ?MaxDemandActivePowerExportValue act 4 1-0:2.6.0.255 1 i:0
    6.20.1|E|||004C|own|set 1 0-0:94.44.34.11 2 os=ImportMPANs/ImportMPAN+ImportMPANs/SecondaryImportMPAN
    6.20.2|E|||004D|broker|set 1 1-0:0.0.2.255 2 os=ExportMPAN
    6.27|E|polyphase||00D4|own|act 3 1-0:32.32.0.4 1 i:0; act 3 1-0:32.36.0.4 1 i:0; act 3 1-0:52.32.0.4 1 i:0; act 3 1-0:52.36.0.4 1 i:0; act 3 1-0:72.32.0.4 1 i:0; act 3 1-0:72.36.0.4 1 i:0
    6.27|E|||00D3|own|act 3 1-0:32.32.0.4 1 i:0; act 3 1-0:32.36.0.4 1 i:0
    7.5|E|||0055|own|build switches
    7.6|E|||0055|own|build switches
    7.7|E|||00BB|own|get 1 0-0:94.44.0.11-15 2; get 1 0-0:94.44.0.21-25 2; get 11 0-0:11.0.3.255 2; get 10 0-0:12.0.2.255 2; get 70 0-1:96.3.10.255 2; get 70 0-2:96.3.10.255 2; get 70 0-3:96.3.10.255 2; get 70 0-4:96.3.10.255 2; get 70 0-5:96.3.10.255 2
    7.8|E|||0055|own|build switches
    7.11|E|||005E|own|get 1 0-0:94.44.7.255 2; log 0-0:99.98.20.255; get 1 0-0:94.44.6.1-5 2
    7.12|E|||004B|own|set 1 0-0:94.44.0.1 2 lu=RandomisedOffsetLimit
    7.13|E|||011E|own|build controllerState
    7.14|E|||011C|broker|get 1 0-0:94.44.0.11-15 2; get 11 0-0:11.0.3.255 2; get 10 0-0:12.0.2.255 2
    7.15|E|||011D|own|get 1 0-0:94.44.0.21-25 2; get 1 0-0:94.44.0.31-35 2
    7.16|E|||011F|own|build controllerState
    9.1|E|||0058|broker|set 1 0-3:96.13.1.255 2 drawn
    6.15.1|EG||RemotePartyRole=Supplier|0102|own|build credentials
    6.15.1|EG||RemotePartyRole=NetworkOperator|0103|own|build credentials
    6.15.2|EG|||000B|own|build deviceCertificate
    6.17|EG|||000A|own|build credentialType
    6.24.1|EGO|||0008|alone|build credentialRoles
    6.24.2|EG|||000C|own|build credentialType
    8.8.1|EG|||000F|own|build otherDevice
    8.9|EG|||0013|own|build nothing
    11.2|O|||0129|broker|build nothing
    11.3|EG|||0012|own|build firmware

    """

  private static let gas = """
    1.5|G||PrepaymentMode|0086|own|gas 0705 01 05 {now}0000000000{i32 PrepaymentMode/AdjustMeterBalance}
    1.5|G||CreditMode|00C2|own|gas 0705 01 05 {now}000000000200000000
    1.1.1|G|||006B|own|build gasTariff
    1.2.1|G|||00A3|own|build gasTariff
    1.6|G||Credit|006C|own|gas 0705 01 06 00000000{now}{when}940CFFFFFFFF
    1.6|G||Prepayment/SuspendDebtDisabled=false Prepayment/SuspendDebtEmergency=true|006D|own|gas 0705 01 06 00000000{now}{when}9700{i32 Prepayment/DisablementThreshold}
    2.1|G||UpdatePrepayConfigGas|006F|own|build gasPrepayment
    2.3|G|||006E|own|gas 0705 01 02 {now}00{i32 TimeDebtRegister1}0001000000000000{byte GasDebtRecovery1/DebtRecoveryRatePeriod HOURLY=00 DAILY=01}{u32 GasDebtRecovery1/DebtRecoveryRate}0000; 0705 01 02 {now}00{i32 TimeDebtRegister2}0003000000000000{byte GasDebtRecovery2/DebtRecoveryRatePeriod HOURLY=00 DAILY=01}{u32 GasDebtRecovery2/DebtRecoveryRate}0000; 0705 01 02 {now}00{i32 PaymentDebtRegister}0105000000000000 0100000000{u16 DebtRecoveryPerPayment}
    2.5|G|||0070|own|gas 0705 01 00 0000000000
    3.1|G|||0071|own|gas 0703 09 00 {now}0000000000FFFF{text SupplierMessage}
    3.3|G|||0015|own|gas 0709 01 01 03
    3.4|G|||0088|own|gas 0708 09 01 00000000{now}00000000000000000000180000{text SupplierName}{text SupplierTelephoneNumber}
    3.5|G|||0073|own|gas 0708 09 02 {now}0000000000000200
    4.1.1|G|||0074|sealed|gas 0702 00 00 0203010300030000
    4.1.2|G|||00B6|sealed|gas 0702 00 00 0203010300030001020104010601
    4.1.4|G|||00B8|sealed|gas 0702 00 00 0007010702070307020301030003
    4.3|G|||0075|sealed|gas 0700 00 00 17061606; 0705 00 00 050002000100310211022102
    4.4.2|G|||00C3|sealed|gas 12x 0705 01 07 {from}{to}{n}08600000; 12x 0702 01 06 {from}{to}{n}08600000
    4.4.3|G|||0076|sealed|gas 12x 0702 01 06 {from}{to}{n}02000000; 12x 0705 01 07 {from}{to}{n}02000000
    4.4.4|G|||00C4|broker|gas dated 0705 01 0A {to}0A02
    4.6.1|G|||0077|sealed|gas 31x 0702 01 06 {from}{to}{n}01000000
    4.8.1|G|||0078|sealed|gas 0702 01 08 0000{from}00{samples 1800}
    4.10|G|||0079|sealed|gas 0702 01 08 02000100000000{samples 360}
    4.11.1|G|||009F|own|gas 0700 00 00 03020202000101010201150600040104020403041004200430044004160617060103; 0707 01 01 00000000FFFFFFFF0100; 0707 01 02 00000000FFFFFFFF0100; 0707 01 03 00000000FFFFFFFF; 0707 01 04 00000000000000000000FFFFFFFF; 0700 01 00 00
    4.13|G|||00B5|own|gas 0705 00 00 390206001602260240001000110031002100220017022702; 0700 00 00 1706; 0707 01 01 00000000FEFFFFFF0100; 0707 01 02 00000000FEFFFFFF0100; 0707 01 03 00000000FEFFFFFF; 0707 01 04 00000000000300000000FEFFFFFF
    4.14|G|||0096|sealed|gas 31x 0705 01 07 {from}{to}{n}01000000
    4.17|G|||00A0|sealed|gas 0702 01 08 0100{from}00{samples 86400}
    4.18|G|later||012A|sealed|gas 0702 00 00 000A; 0705 00 00 0100
    4.18|G|||008D|sealed|gas 0702 00 00 000A; 0705 00 00 0100
    6.2.3|G|||009D|own|gas 0700 01 0B 00000000FFFFFFFF0100
    6.2.4|G|||00FB|own|gas 0000 00 00 04000500; 0702 00 00 08060706
    6.2.7|G|||0089|own|gas 0702 00 00 0703
    6.2.8|G|||007B|own|gas 0700 00 00 06030503040303030203; 0702 00 00 130B120B110B100B140B150B
    6.2.9|G|||00BF|own|gas 0705 00 00 0000
    6.2.10|G|||00F1|own|gas 0708 09 05 FF81
    6.6|G|||007C|own|gas 0700 09 02 {now}00000000{digits ConversionFactor}{places ConversionFactor}; 0700 09 03 {now}00000000{digits CalorificValue}01{places CalorificValue}
    6.7|G||SupplyDepletionState=Unchanged SupplyTamperState=Unchanged|007D|own|gas 0702 01 0E 00000000{now}{u16 UncontrolledGasFlowRate}0101000100{u8 StabilisationPeriod}{u16 MeasurementPeriod}; 0702 01 0D {now}03030003
    6.8|G||GasBillingCalendar/Periodicity=Monthly|007E|own|gas 0700 09 09 00000000{now}{time GasBillingCalendar/BillingPeriodStart}0100002300; 0700 09 01 00000000{now}{time GasBillingCalendar/BillingPeriodStart}01000002230001
    6.13|G||LogToRead=Event|0014|own|gas 0709 01 00 130000{from}{to}000000
    6.13|G||LogToRead=Security|00A1|own|gas 0709 01 00 040000{from}{to}000000
    6.20.1|G|||0087|own|gas 0708 09 03 {now}0000000000000000{text ImportMPRN}
    7.2|G|||0081|own|gas 0702 01 0B 00000000{now}00000000000000000001
    7.3|G|||0085|own|gas 0702 01 0B 00000000{now}00000000000000000101
    7.4|G|||0082|own|gas 0702 00 00 05021400
    9.1|G|||0083|broker|gas 0708 09 06 {now}0000000000000000{drawn}
    14.1|G|||0080|broker|gas 0702 01 07 {now}000000000068012900

    """

  private static let hub = """
    6.2.4|H|later||00FA|broker|get 1 0-0:96.1.4.255 2; get 1 0-0:96.1.6.255 2
    6.2.4|H|||0092|broker|get 1 0-0:96.1.1.255 2; get 1 0-0:96.1.4.255 2; get 1 0-0:96.1.6.255 2
    6.13|H||LogToRead=Event|0093|broker|log 0-0:99.98.0.255
    6.13|H||LogToRead=Security|0094|broker|log 0-0:99.98.1.255
    6.28|H|||010D|broker|build subGHz
    6.29|H|||010E|broker|set 1 0-0:94.44.10.1 2 u:0
    6.30|H|||010C|broker|get 1 0-0:94.44.10.0 2
    6.31|H|||010A|broker|get 1 0-0:94.44.10.2 2
    6.32|H|||010B|broker|log 0-0:94.44.10.3
    8.9|H||ReadSecurityDetails|00FE|broker|act 104 0-0:30.3.0.255 4 null; act 104 0-0:30.3.1.255 4 null
    8.9|H|dualBand||010F|broker|get 104 0-0:30.3.0.255 4
    8.9|H|||0004|broker|get 104 0-0:30.3.0.255 4

    """
}
