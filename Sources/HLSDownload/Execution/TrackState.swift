import HLSKit

/// One rendition while it is downloaded: what is planned, and what is there.
struct TrackState: Sendable {
    /// The playlist as it was loaded last; without its segments when it is not recorded.
    var playlist: MediaPlaylist
    /// What the folder's playlist says apart from its segments.
    var frame: MediaPlaylist
    var planner: RenditionPlanner
    /// The file of each section; nil where there is none.
    private(set) var sections: [String?] = []
    /// What the file of each segment is, called as planned; nil where there is none.
    private(set) var segments: [FileExtension?] = []
    /// How many segments are there.
    var present = 0
    /// How many segments from the first on are there or will not come.
    var settled = 0
    /// The segments that were given up.
    var givenUp: Set<Int> = []
    /// Whether the last segment is not listed in the folder's playlist, because the server has no bytes of it.
    private(set) var lastIsLeftOut = false
    var reload: LiveReload?
    /// How many of the last reloads brought nothing but segments that are recorded, with numbers far behind.
    var staleReloads = 0
    /// A window that is not taken in yet: whether it goes on behind the recording is to be found out.
    var unmatched: UnmatchedWindow?
    /// The URLs of playlists of the same content at other places.
    var places: [String]
    /// The same segments at other places; nil when there are none, and while the stream is live.
    var copies: RenditionCopies?
    /// Where the numbers of the stream began anew; nil when they are those of ``frame``.
    var restart: Journal.Restart?

    /// The media sequence number that the stream gives to the segment behind the last one.
    var nextSequence: Int {
        let origin = restart ?? Journal.Restart(index: 0, sequence: frame.mediaSequence)
        return origin.sequence &+ (rendition.segments.count &- origin.index)
    }

    var rendition: DownloadPlan.Rendition { planner.rendition }

    init(_ track: Presentation.Track) {
        playlist = track.playlist
        planner = track.planner
        places = track.copies
        frame = track.playlist
        frame.segments.removeAll()
        if let origin = planner.origin {
            (frame.mediaSequence, frame.discontinuitySequence) = origin
        }
        note(track.restart)
        grow()
    }

    /// Goes on with the playlist of another place.
    mutating func move(to place: String) {
        places = places.filter { $0 != place } + [rendition.url]
        planner.move(to: place)
    }

    /// Begins with what an earlier recording has.
    ///
    /// - Parameters:
    ///   - frame: What its playlist says apart from its segments.
    ///   - planner: What is planned of it.
    mutating func goOn(with frame: MediaPlaylist, _ planner: RenditionPlanner) {
        (self.frame, self.planner) = (frame, planner)
        (sections, segments, gaps) = ([], [], 0)
        grow()
    }

    /// Notes where sequence numbers jump, since segments are left out in front of a segment.
    mutating func note(_ restart: Journal.Restart?) {
        guard let restart else { return }
        if restart.index == 0 { frame.mediaSequence = restart.sequence } else { self.restart = restart }
    }

    /// Makes room for what the planner has planned meanwhile.
    mutating func grow() {
        let rendition = planner.rendition
        sections += repeatElement(nil, count: rendition.initializations.count - sections.count)
        let known = segments.count
        segments += repeatElement(nil, count: rendition.segments.count - known)
        gaps += (known..<segments.count).count { rendition.segments.isGap(at: $0) }
    }

    mutating func note(_ role: PlannedFile.Role, _ file: String) {
        switch role {
        case .section(let index): sections[index] = file
        case .segment(let index):
            guard let type = FileExtension(of: file) else { return }
            if segments[index] == nil { present += 1 }
            segments[index] = type
        }
    }

    /// Leaves the last segment out of the folder's playlist.
    mutating func leaveOutLast() {
        guard !lastIsLeftOut, let last = segments.indices.last else { return }
        lastIsLeftOut = true
        givenUp.insert(last)
        settle()
    }

    /// The number of segments that the folder's playlist can list.
    var listed: Int { segments.count - (lastIsLeftOut ? 1 : 0) }

    /// Moves the mark over segments that are there or will not come.
    mutating func settle() {
        while settled < segments.count,
            segments[settled] != nil || planner.rendition.segments.isGap(at: settled) || givenUp.contains(settled)
        {
            settled += 1
        }
    }

    /// The segments that are to be there in the end.
    var total: Int { planner.rendition.segments.count - gaps - (lastIsLeftOut ? 1 : 0) }
    private var gaps = 0

    /// The file of a segment; nil when there is none.
    func file(_ index: Int) -> String? { folderTrack.file(index) }

    var folderTrack: FolderPlaylists.Track {
        FolderPlaylists.Track(frame: frame, rendition: planner.rendition, sections: sections, segments: segments)
    }
}
