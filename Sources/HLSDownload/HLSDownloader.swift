import AsyncHTTPClient
import CryptoExtras
import HLSKit
