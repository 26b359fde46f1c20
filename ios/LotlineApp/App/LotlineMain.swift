import LotlineApp
import SwiftUI

@main
struct Main: App {
  var body: some Scene { LotlineScene() }
}
