//! How messages reach people.

/// How messages can reach people from here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channels {
    /// By e-mail.
    pub letters: bool,
    /// By text message.
    pub texts: bool,
}

impl Channels {
    /// Whether they can at all.
    pub const fn any(self) -> bool {
        self.letters || self.texts
    }

    /// What a text needs to know that names what may be typed.
    pub(crate) const fn texts_word(self) -> &'static str {
        if self.texts { "yes" } else { "no" }
    }
}
