import AVFoundation
import LotlineDevice
import LotlineKit
import SwiftUI
import UIKit
import VisionKit

/// What the camera sees while somebody aims.
struct Finder: View {
  let device: Device
  @Bindable var camera: CameraEngine

  private var words: Words { device.shell.model.words }

  var body: some View {
    ZStack(alignment: .bottom) {
      if let scanner = device.scanner {
        SystemScanner(scanner: scanner)
      } else if let frames = device.frames {
        Preview(session: frames.session)
      }
      HStack(spacing: 6) {
        if camera.lit {
          Toggle(words.say(word: .cameraLight), isOn: $camera.light)
        }
        Button(words.say(word: .cameraClose)) { camera.close() }
          .frame(minWidth: 56, minHeight: 56)
      }
      .padding(10)
    }
  }
}

/// The system's own scanner.
private struct SystemScanner: UIViewControllerRepresentable {
  let scanner: ScannerCamera

  func makeUIViewController(context: Context) -> DataScannerViewController { scanner.controller }

  func updateUIViewController(_ controller: DataScannerViewController, context: Context) {
    scanner.shown()
  }
}

/// The frames that the core reads.
private struct Preview: UIViewRepresentable {
  let session: AVCaptureSession

  func makeUIView(context: Context) -> PreviewPane { PreviewPane(session) }

  func updateUIView(_ view: PreviewPane, context: Context) {}
}

private final class PreviewPane: UIView {
  private let shown: AVCaptureVideoPreviewLayer

  init(_ session: AVCaptureSession) {
    shown = AVCaptureVideoPreviewLayer(session: session)
    super.init()
    shown.videoGravity = .resizeAspectFill
    layer.addSublayer(shown)
  }

  override func layoutSubviews() {
    super.layoutSubviews()
    shown.frame = bounds
  }
}

/// What a person is asked beside the screen: whether a label came out, whether files are set aside, that the camera is not allowed.
struct Questions: ViewModifier {
  @Bindable var shell: Shell
  @Bindable var camera: CameraEngine
  @Bindable var labels: LabelDesk

  private var words: Words { shell.model.words }

  func body(content: Content) -> some View {
    content
      .alert(words.say(word: .setAsideWhy), isPresented: $shell.asksToSetAside) {
        Button(words.say(word: .setAside)) { Task { await shell.confirmSetAside() } }
        Button("OK", role: .cancel) {}
      }
      .alert(words.say(word: .cameraDenied), isPresented: $camera.denied) {
        Button("OK", role: .cancel) {}
      }
      .alert(question, isPresented: $labels.asks) {
        answers
      }
  }

  private var question: String {
    switch labels.news.first {
    case .failed(let label, _): words.say(word: .labelFailed, text: label)
    case .unknown(let label, _, _): words.say(word: .labelUnknown, text: label)
    case nil: ""
    }
  }

  @ViewBuilder
  private var answers: some View {
    if case .unknown(_, let lease, let number) = labels.news.first {
      Button(words.say(word: .labelCameOut)) { settle(lease, number, true) }
      Button(words.say(word: .labelDidNot)) { settle(lease, number, false) }
    } else {
      Button("OK", role: .cancel) { labels.told() }
    }
  }

  private func settle(_ lease: UInt64, _ number: UInt64, _ cameOut: Bool) {
    labels.told()
    Task { try? await labels.settle(lease: lease, number: number, cameOut: cameOut) }
  }
}
