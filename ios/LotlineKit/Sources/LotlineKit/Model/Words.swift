import Lotline
import LotlineCore

extension Words {
  /// The word of a tone; none where nothing was judged.
  public func say(_ tone: Tone) -> String {
    switch tone {
    case .accept: say(word: .accept)
    case .warn: say(word: .warn)
    case .stop: say(word: .stop)
    case .idle: ""
    }
  }
}
