/// Codes of languages: playlists have BCP 47 tags, MP4 three letters (ISO 639-2).
enum LanguageCode {
    /// The three letters of a tag, such as `eng` of `en-GB`; the tag itself where there are none.
    static func threeLetters(_ tag: String) -> String {
        let language = tag.split(separator: "-").first.map { $0.lowercased() } ?? tag
        return threeLettersOfTwo[language] ?? (language.utf8.count == 3 ? language : tag)
    }

    /// ISO 639-1 and the terminological codes of ISO 639-2, of languages in which there are films.
    private static let threeLettersOfTwo: [String: String] = {
        let pairs = """
            aa:aar ab:abk af:afr ak:aka am:amh ar:ara as:asm ay:aym az:aze ba:bak be:bel bg:bul bm:bam bn:ben bo:bod
            br:bre bs:bos ca:cat ce:che co:cos cs:ces cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell en:eng
            eo:epo es:spa et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg gn:grn
            gu:guj ha:hau he:heb hi:hin hr:hrv ht:hat hu:hun hy:hye id:ind ig:ibo is:isl it:ita iu:iku ja:jpn jv:jav
            ka:kat kk:kaz km:khm kn:kan ko:kor ku:kur ky:kir la:lat lb:ltz lg:lug ln:lin lo:lao lt:lit lv:lav mg:mlg
            mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya nb:nob ne:nep nl:nld nn:nno no:nor oc:oci om:orm
            or:ori pa:pan pl:pol ps:pus pt:por qu:que rm:roh ro:ron ru:rus rw:kin sa:san sd:snd se:sme si:sin sk:slk
            sl:slv sm:smo sn:sna so:som sq:sqi sr:srp st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir
            tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat ug:uig uk:ukr ur:urd uz:uzb vi:vie wo:wol xh:xho yi:yid
            yo:yor za:zha zh:zho zu:zul
            """
        return Dictionary(
            pairs.split { $0 == " " || $0 == "\n" }.map { (String($0.prefix(2)), String($0.suffix(3))) }
        ) { first, _ in first }
    }()
}
