import LotlineKit
import SwiftUI
import UIKit
import UniformTypeIdentifiers

/// A report on its way to where the person wants it.
struct ReportDocument: FileDocument {
  static let readableContentTypes: [UTType] = [.commaSeparatedText, .html]

  private let bytes: Data

  init(_ report: ReportFile) {
    bytes = report.bytes
  }

  init(configuration: ReadConfiguration) throws {
    bytes = configuration.file.regularFileContents ?? Data()
  }

  func fileWrapper(configuration: WriteConfiguration) throws -> FileWrapper {
    FileWrapper(regularFileWithContents: bytes)
  }

  /// What the system calls a report of this kind.
  static func kind(_ report: ReportFile) -> UTType {
    UTType(mimeType: report.mediaType) ?? .data
  }
}

/// Asks where a report is to go, and says so.
struct Saving: ViewModifier {
  @Bindable var reports: ReportDesk

  func body(content: Content) -> some View {
    content.fileExporter(
      isPresented: $reports.asks, document: reports.report.map { ReportDocument($0) },
      contentTypes: reports.report.map { [ReportDocument.kind($0)] } ?? [],
      defaultFilename: reports.report?.name
    ) { result in
      Task {
        switch result {
        case .success(let place): await reports.saved(as: place.lastPathComponent)
        case .failure: await reports.left()
        }
      }
    } onCancellation: {
      Task { await reports.left() }
    }
  }
}

/// The system's camera, for one picture.
struct PhotoTaker: UIViewControllerRepresentable {
  let taken: @MainActor (Data?) -> Void

  /// Whether there is a camera to take it with.
  static var there: Bool { UIImagePickerController.isSourceTypeAvailable(.camera) }

  func makeCoordinator() -> Delegate { Delegate(taken) }

  func makeUIViewController(context: Context) -> UIImagePickerController {
    let picker = UIImagePickerController()
    picker.sourceType = .camera
    picker.delegate = context.coordinator
    return picker
  }

  func updateUIViewController(_ controller: UIImagePickerController, context: Context) {}

  final class Delegate: NSObject, UIImagePickerControllerDelegate, UINavigationControllerDelegate {
    private let taken: @MainActor (Data?) -> Void

    init(_ taken: @escaping @MainActor (Data?) -> Void) {
      self.taken = taken
    }

    func imagePickerController(
      _ picker: UIImagePickerController,
      didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]
    ) {
      // Damage is to be seen on it, and a thousand of them have room.
      taken((info[.originalImage] as? UIImage)?.jpegData(compressionQuality: 0.7))
    }

    func imagePickerControllerDidCancel(_ picker: UIImagePickerController) {
      taken(nil)
    }
  }
}
