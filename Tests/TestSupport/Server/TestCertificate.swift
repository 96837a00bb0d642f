/// A certificate for localhost and 127.0.0.1 that signs itself, for servers of tests; valid from 2020 to 2098.
package enum TestCertificate {
    package static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBSjCB8KADAgECAgV3MmcAATAKBggqhkjOPQQDAjATMREwDwYDVQQDDAh3Mmcg
        dGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMDk5MDEwMTAwMDAwMFowEzERMA8GA1UE
        AwwIdzJnIHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASVfi2qa6kLgTmJ
        Azhy4j4QAO+Z3PFQiyRb7w/e+IkkXV5Qh/ZtYHjSfKWQzHJU7KHmRe2G2l9lhoTT
        +AZhAOgyoy8wLTAPBgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9z
        dIcEfwAAATAKBggqhkjOPQQDAgNJADBGAiEAlxHT8qLg3dCjCec3YGXdBkay5rwt
        8Bg4bTpvyi4RlTACIQC3H1LxudyBxuap6hH0AHra47zqR1Kx3v6YoB/OlRJa3Q==
        -----END CERTIFICATE-----
        """

    package static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjYVUxyn/goBDo9To
        riTdNyS+Jbt1qT1rI2JSa2D+g1qhRANCAASVfi2qa6kLgTmJAzhy4j4QAO+Z3PFQ
        iyRb7w/e+IkkXV5Qh/ZtYHjSfKWQzHJU7KHmRe2G2l9lhoTT+AZhAOgy
        -----END PRIVATE KEY-----
        """
}
