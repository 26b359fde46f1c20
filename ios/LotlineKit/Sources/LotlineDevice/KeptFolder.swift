#if canImport(UIKit)
  import Foundation
  import UIKit

  /// The folder of the core's files: the app's own, in no copy that the system makes, and closed until the first unlock after a start.
  /// Later it stays open, because the background writes too.
  public enum KeptFolder {
    /// Makes it, or finds it made, and sees to both each time: a copy that was restored may have lost them.
    public static func prepare(_ name: String = "handheld") throws -> URL {
      let files = FileManager.default
      let support = try files.url(
        for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
      var folder = support.appendingPathComponent(name, isDirectory: true)
      let protection: [FileAttributeKey: Any] = [
        .protectionKey: FileProtectionType.completeUntilFirstUserAuthentication
      ]
      try files.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: protection)
      try files.setAttributes(protection, ofItemAtPath: folder.path)
      var values = URLResourceValues()
      values.isExcludedFromBackup = true
      try folder.setResourceValues(values)
      return folder
    }
  }
#endif
