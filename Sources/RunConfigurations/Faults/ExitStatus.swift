/// How `fkc` ends.
package enum ExitStatus: Int32 {
  case usage = 64
  case badData = 65
  case missingInput = 66
  case unavailable = 69
  case numericalFailure = 70
  case cannotWrite = 73
  case interrupted = 75
}
