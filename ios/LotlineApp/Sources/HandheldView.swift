import LotlineKit
import SwiftUI

/// A screen, drawn. In the order that matters and is read out: which work, what to do now, whether the last input counted, how far,
/// what is known, what can be chosen, and the device's own state in small.
struct HandheldView: View {
  let device: Device
  @Bindable var camera: CameraEngine
  @FocusState private var listens: Bool
  @Environment(\.dynamicTypeSize) private var typeSize
  @State private var photographs = false

  private var shell: Shell { device.shell }

  var body: some View {
    GeometryReader { room in
      if let face = shell.face {
        VStack(spacing: 0) {
          if face.screen.status.training { TrainingBar(face: face) }
          TopBar(face: face)
          switch Face.layout(width: room.size.width, height: room.size.height) {
          case .upright:
            if face.scrollsAll(large: typeSize.isAccessibilitySize) {
              ScrollView {
                VStack(spacing: 0) {
                  Page(face: face, shell: shell, facts: true)
                  pad(face)
                }
              }
            } else {
              ScrollView { Page(face: face, shell: shell, facts: true) }
              pad(face)
            }
          case .lying: across(face, queue: nil)
          case .wide: across(face, queue: face.queue)
          }
          StatusLine(face: face)
        }
        .onChange(of: Face.layout(width: room.size.width, height: room.size.height), initial: true)
        { _, layout in shell.model.showsQueue = layout == .wide }
        .background(Color(face.palette.page.ground))
        .border(Color(face.palette.training.ground), width: face.screen.status.training ? 5 : 0)
        .foregroundStyle(Color(face.palette.page.ink))
        .reading(face)
        .environment(\.locale, Locale(identifier: face.language))
        .modifier(TextSize(percent: face.textPercent))
      } else {
        ProgressView()
      }
    }
    .focusable()
    .focused($listens)
    .onKeyPress(phases: .down) { press in
      guard let key = Key(press) else { return .ignored }
      shell.hasKeys = true
      shell.press(key)
      return .handled
    }
    .onAppear { listens = true }
    .onChange(of: shell.model.signal?.number) { _, _ in
      guard let said = shell.face?.announced else { return }
      AccessibilityNotification.Announcement(said).post()
    }
    .sheet(isPresented: $camera.finder) { Finder(device: device, camera: camera) }
    .sheet(isPresented: $photographs) {
      PhotoTaker { jpeg in
        photographs = false
        if let jpeg { Task { await device.photos.taken(jpeg) } }
      }
    }
    .modifier(Questions(shell: device.shell, camera: camera, labels: device.labels))
    .modifier(Saving(reports: device.reports))
  }

  /// Held across: the work beside the step, what is pressed at the thumb's side. Hands are no matter of language. Where there is room,
  /// an iPad's, what waits stands there, and the step keeps its own lines.
  private func across(_ face: Face, queue: WorkQueue?) -> some View {
    HStack(alignment: .top, spacing: 0) {
      if face.leftHanded { side(face) }
      ScrollView { Page(face: face, shell: shell, facts: queue != nil) }
        .reading(face)
        .accessibilitySortPriority(3)
      ScrollView {
        if let queue { QueuePane(face: face, queue: queue) } else { Facts(face: face) }
      }
      .reading(face)
      .accessibilitySortPriority(2)
      if !face.leftHanded { side(face) }
    }
    // What to do is read out before what is pressed, at whichever side that stands.
    .accessibilityElement(children: .contain)
    .environment(\.layoutDirection, .leftToRight)
  }

  private func side(_ face: Face) -> some View {
    ScrollView { pad(face) }.accessibilitySortPriority(1)
  }

  private func pad(_ face: Face) -> some View {
    VStack(spacing: 6) {
      if face.takesPhoto && PhotoTaker.there {
        Button(face.say(.photo)) { photographs = true }
          .frame(maxWidth: .infinity, minHeight: 56)
      }
      EntryPad(face: face, shell: shell)
      Thumb(face: face, shell: shell)
    }
    .padding(10)
  }
}

/// Text as large as the person who is signed in wants it; else as the system has it, up to its largest size.
private struct TextSize: ViewModifier {
  let percent: Int?

  func body(content: Content) -> some View {
    if let percent {
      content.dynamicTypeSize(Self.size(percent))
    } else {
      content
    }
  }

  private static func size(_ percent: Int) -> DynamicTypeSize {
    switch percent {
    case ..<85: .small
    case ..<95: .medium
    case ..<110: .large
    case ..<125: .xLarge
    case ..<140: .xxLarge
    case ..<160: .xxxLarge
    case ..<180: .accessibility1
    case ..<200: .accessibility2
    default: .accessibility3
    }
  }
}

/// What is read: prompt, banner, how far, what is known, what else can be chosen.
private struct Page: View {
  let face: Face
  let shell: Shell
  let facts: Bool

  var body: some View {
    VStack(alignment: .leading, spacing: 8) {
      Text(face.screen.prompt)
        .font(.largeTitle)
        .fontWeight(.bold)
        .accessibilityAddTraits(.isHeader)
      if let banner = face.banner {
        BannerView(face: face, banner: banner) { Task { await shell.retry() } }
      }
      if let progress = face.screen.progress { ProgressBar(face: face, progress: progress) }
      if facts { Facts(face: face) }
      ForEach(face.choices, id: \.id) { action in
        ActionButton(face: face, action: action) { shell.choose(action) }
      }
    }
    .padding(10)
    .frame(maxWidth: .infinity, alignment: .leading)
  }
}

/// Whether the last input counted: a colour, a sign, a word, and what it means.
private struct BannerView: View {
  let face: Face
  let banner: Face.Banner
  let retry: () -> Void

  var body: some View {
    let colours = face.colours(of: banner.tone)
    HStack(spacing: 10) {
      Image(systemName: banner.symbol)
        .font(banner.tone == .stop ? .largeTitle : .title)
        .accessibilityHidden(true)
      VStack(alignment: .leading, spacing: 2) {
        Text(banner.word).font(banner.tone == .stop ? .title : .headline).fontWeight(.bold)
        Text(banner.message).font(.body)
      }
    }
    .padding(10)
    .frame(maxWidth: .infinity, alignment: .leading)
    .foregroundStyle(Color(colours.ink))
    .background(Color(colours.ground))
    .onTapGesture { if face.fault != nil { retry() } }
    .accessibilityElement(children: .ignore)
    .accessibilityLabel(banner.spoken)
  }
}

/// How far: the figure is the biggest thing after the prompt, the bar below it.
private struct ProgressBar: View {
  let face: Face
  let progress: LotlineKit.Progress

  var body: some View {
    VStack(alignment: .leading, spacing: 4) {
      Text(progress.text).font(.title).fontWeight(.bold)
      GeometryReader { room in
        ZStack(alignment: .leading) {
          Rectangle().fill(Color(face.palette.open))
          Rectangle().fill(Color(face.palette.done))
            .frame(width: room.size.width * Double(min(1000, progress.permille)) / 1000)
        }
      }
      .frame(height: 12)
      .accessibilityHidden(true)
    }
  }
}

/// Labelled values and rows: the work, as far as the step knows it.
private struct Facts: View {
  let face: Face

  var body: some View {
    VStack(alignment: .leading, spacing: 6) {
      ForEach(Array(face.screen.fields.enumerated()), id: \.offset) { _, field in
        Row(face: face, symbol: face.symbol(field.state), spoken: face.spoken(field)) {
          Text(field.label).font(.subheadline).foregroundStyle(Color(face.palette.quiet))
          Text(field.value).font(.body).fontWeight(field.state == .plain ? .regular : .bold)
        }
      }
      Lines(face: face, lines: face.screen.lines)
    }
    .padding(10)
    .frame(maxWidth: .infinity, alignment: .leading)
  }
}

/// Rows, each a text and a smaller one.
private struct Lines: View {
  let face: Face
  let lines: [Line]

  var body: some View {
    ForEach(Array(lines.enumerated()), id: \.offset) { _, line in
      Row(face: face, symbol: face.symbol(line.state, done: line.done), spoken: face.spoken(line)) {
        Text(line.text).font(.body).fontWeight(line.state == .current ? .bold : .regular)
        if !line.detail.isEmpty {
          Text(line.detail).font(.subheadline).foregroundStyle(Color(face.palette.quiet))
        }
      }
    }
  }
}

/// What waits, whatever is done now.
private struct QueuePane: View {
  let face: Face
  let queue: WorkQueue

  var body: some View {
    VStack(alignment: .leading, spacing: 6) {
      Text(queue.title)
        .font(.headline)
        .foregroundStyle(Color(face.palette.quiet))
        .accessibilityAddTraits(.isHeader)
      Lines(face: face, lines: queue.lines)
      if queue.more > 0 { Text("+ \(queue.more)").font(.body) }
    }
    .padding(10)
    .frame(maxWidth: .infinity, alignment: .leading)
  }
}

/// A row is one thing to a screen reader.
private struct Row<Content: View>: View {
  let face: Face
  let symbol: String?
  let spoken: String
  @ViewBuilder let content: Content

  var body: some View {
    HStack(alignment: .top, spacing: 8) {
      if let symbol { Image(systemName: symbol) }
      VStack(alignment: .leading, spacing: 2) { content }
    }
    .accessibilityElement(children: .ignore)
    .accessibilityLabel(spoken)
  }
}

/// Which flow and document this is, and the battery.
private struct TopBar: View {
  let face: Face

  var body: some View {
    HStack(spacing: 8) {
      Text(face.screen.title).font(.headline).foregroundStyle(Color(face.palette.quiet))
      Spacer()
      if let charge = face.charge, let battery = face.battery {
        HStack(spacing: 4) {
          Image(systemName: face.batterySymbol)
          Text("\(charge.percent) %")
        }
        .font(.footnote)
        .foregroundStyle(Color(charge.low ? face.palette.warn.ground : face.palette.quiet))
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(battery)
      }
    }
    .padding(10)
  }
}

/// Nothing here is real.
private struct TrainingBar: View {
  let face: Face

  var body: some View {
    Text(face.say(.training))
      .font(.headline)
      .frame(maxWidth: .infinity, alignment: .center)
      .foregroundStyle(Color(face.palette.training.ink))
      .background(Color(face.palette.training.ground))
  }
}

/// The device's own state.
private struct StatusLine: View {
  let face: Face

  var body: some View {
    Text(face.status)
      .font(.footnote)
      .foregroundStyle(Color(face.palette.quiet))
      .padding(10)
      .frame(maxWidth: .infinity, alignment: .leading)
  }
}

extension View {
  /// Read in the direction of the face's language: text, and what stands around it.
  func reading(_ face: Face) -> some View {
    environment(\.layoutDirection, face.rightToLeft ? .rightToLeft : .leftToRight)
  }
}

extension Color {
  /// One of the palette's.
  init(_ ink: Ink) {
    self.init(.sRGB, red: ink.parts.red, green: ink.parts.green, blue: ink.parts.blue, opacity: 1)
  }
}

extension Key {
  /// What a key of a keyboard, or of a scanner that types, means here; nothing for keys that are the system's.
  init?(_ press: KeyPress) {
    switch press.key {
    case .return: self = .enter
    case .delete: self = .erase
    case .escape: self = .back
    default:
      guard let character = press.characters.first else { return nil }
      // The system has a character of its own for each function key (NSF1FunctionKey and on).
      if let scalar = character.unicodeScalars.first, (0xF704...0xF70F).contains(scalar.value) {
        self = .function(Int(scalar.value) - 0xF703)
      } else if press.modifiers.contains(.control) {
        // GS is what Ctrl and the closing bracket make (ASCII 1Dh): so scanners that type send it.
        guard character == "]" || character == "\u{1D}" else { return nil }
        self = .character("\u{1D}")
      } else {
        self = .character(character)
      }
    }
  }
}
