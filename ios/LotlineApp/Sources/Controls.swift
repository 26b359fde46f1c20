import LotlineKit
import SwiftUI

/// F1 to F4, each at its own place on every screen: the main way on in the corner of the thumb.
struct Thumb: View {
  let face: Face
  let shell: Shell

  var body: some View {
    VStack(spacing: 6) {
      ForEach(Array(face.thumb.enumerated()), id: \.offset) { _, row in
        HStack(spacing: 6) {
          ForEach(Array(row.enumerated()), id: \.offset) { _, action in
            if let action {
              // Its place is the hand's, its text the language's.
              ActionButton(face: face, action: action) { shell.choose(action) }.reading(face)
            } else {
              // Nothing moves under the thumb: a place without an action stays empty.
              Color.clear.frame(maxWidth: .infinity, minHeight: 56).accessibilityHidden(true)
            }
          }
        }
      }
    }
    .environment(\.layoutDirection, .leftToRight)
  }
}

/// Something to press: its key's cap, and what it says.
struct ActionButton: View {
  let face: Face
  let action: Action
  let press: () -> Void

  var body: some View {
    let colours = face.colours(of: action.style)
    Button(action: press) {
      VStack(alignment: .leading, spacing: 2) {
        Text(action.key).font(.caption)
        Text(action.label).font(.body).fontWeight(action.style == .main ? .bold : .regular)
      }
      .padding(8)
      // A gloved finger wants 56 points.
      .frame(maxWidth: .infinity, minHeight: 56, alignment: .leading)
      .foregroundStyle(Color(colours.ink))
      .background(Color(colours.ground))
    }
    .buttonStyle(.plain)
    .accessibilityLabel(face.spoken(action))
  }
}

/// What is typed, and keys to type it with where the device has none of its own.
struct EntryPad: View {
  let face: Face
  @Bindable var shell: Shell

  var body: some View {
    switch face.entry {
    case .none: EmptyView()
    case .reach: reach
    case .typed: typed
    case .keyboard: keyboard
    case .pad(let point):
      VStack(spacing: 6) {
        typed
        digits(point)
      }
    }
  }

  private var reach: some View {
    HStack(spacing: 6) {
      if face.leftHanded { trigger }
      Button(face.say(.type)) { shell.types(true) }
        .frame(maxWidth: .infinity, minHeight: 56)
      if !face.leftHanded { trigger }
    }
    .environment(\.layoutDirection, .leftToRight)
  }

  // Without an engine there is nothing to trigger; its place stays.
  private var trigger: some View {
    Button(face.say(.scan)) {
      shell.trigger(true)
      shell.trigger(false)
    }
    .frame(maxWidth: .infinity, minHeight: 56)
    .disabled(!face.triggers)
    .opacity(face.triggers ? 1 : 0)
  }

  private var typed: some View {
    HStack(spacing: 6) {
      Text(face.typed.isEmpty ? face.hint : face.shownTyped)
        .font(.title)
        .frame(maxWidth: .infinity, minHeight: 56, alignment: .leading)
        .accessibilityLabel(face.spokenTyped)
      enter
    }
  }

  private var keyboard: some View {
    HStack(spacing: 6) {
      TextField(face.hint, text: $shell.text)
        .font(.title)
        .autocorrectionDisabled()
        .onSubmit { shell.press(.enter) }
      enter
    }
  }

  private var enter: some View {
    Button(face.say(.enter)) { shell.press(.enter) }
      .frame(minWidth: 56, minHeight: 56)
  }

  private func digits(_ point: Bool) -> some View {
    VStack(spacing: 6) {
      ForEach(Self.rows, id: \.self) { row in
        HStack(spacing: 6) {
          ForEach(row, id: \.self) { cap in
            if cap == "." && !point {
              Color.clear.frame(maxWidth: .infinity, minHeight: 56).accessibilityHidden(true)
            } else {
              key(cap)
            }
          }
        }
      }
    }
    .environment(\.layoutDirection, .leftToRight)
  }

  private func key(_ cap: String) -> some View {
    Button(cap) { shell.press(cap == Self.erase ? .erase : .character(Character(cap))) }
      .frame(maxWidth: .infinity, minHeight: 56)
      .accessibilityLabel(cap == Self.erase ? face.say(.erase) : cap)
  }

  private static let erase = "⌫"
  private static let rows = [
    ["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], [".", "0", erase],
  ]
}
