// The generated modules, under the one name that apps import.
@_exported import Lotline
@_exported import LotlineCore
