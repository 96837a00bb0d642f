/// What the server reads of a message: where it goes, for whom it speaks, and how it may be dropped.
struct Envelope: Equatable {
    /// Who gets it.
    enum Address: Equatable {
        /// All others of the room.
        case others
        /// One member of the room.
        case member(UInt64)
        /// Somebody who cannot be in the room, because the id is no whole number of 64 bits.
        case nobody
    }

    /// For whom a message speaks: `data.user.clientID`, where `data` can be read.
    enum Speaker: Equatable {
        /// It does not say, or `data` cannot be read.
        case unsaid
        /// A member.
        case member(UInt64)
        /// Something that clients might take for various ids.
        case unclear
    }

    /// A part of the player's state; a later one of the same kind makes an earlier one useless.
    enum PlayerState: UInt8, CaseIterable {
        /// Play or pause.
        case playing
        /// The position.
        case progress
        /// The speed.
        case rate
        /// Which video.
        case video
    }

    /// What kind of message it is: `data.action` and what belongs to it.
    enum Content: Equatable {
        /// None that matters here.
        case other
        /// A member introduces itself to the room.
        case login
        /// A member introduces itself to one that has just logged in.
        case acknowledgement
        /// A member takes leave.
        case logout
        /// A chat message.
        case chat
        /// A command for the players; nil when the command is none that is known.
        case player(PlayerState?)
    }

    /// Who gets it.
    var address = Address.others
    /// For whom it speaks.
    var speaker = Speaker.unsaid
    /// What kind it is.
    var content = Content.other

    /// The player state that the message sets, if it does.
    var playerState: PlayerState? {
        if case .player(let state) = content { state } else { nil }
    }
}
