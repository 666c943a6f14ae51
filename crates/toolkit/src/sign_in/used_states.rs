//! Which answers have been used: an authorization code is never sent twice, as the provider would take it for
//! stolen and revoke what it gave (RFC 6749 §4.1.2).

use std::collections::VecDeque;
use std::sync::Mutex;

use keys::opaque;

/// How many are remembered.
const MOST: usize = 1_024;

/// The last answers that were used.
#[derive(Debug, Default)]
pub(super) struct UsedStates(Mutex<VecDeque<[u8; 32]>>);

impl UsedStates {
    /// Marks an answer; `false` when it was marked before.
    pub(super) fn mark(&self, state: &str) -> bool {
        let hash = opaque::hash(state.as_bytes());
        let mut used = self.0.lock().expect("no code panics while it holds the states");
        if used.contains(&hash) {
            return false;
        }
        if used.len() == MOST {
            used.pop_front();
        }
        used.push_back(hash);
        true
    }

    /// Whether an answer was marked.
    pub(super) fn holds(&self, state: &str) -> bool {
        let hash = opaque::hash(state.as_bytes());
        self.0.lock().expect("no code panics while it holds the states").contains(&hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_used_once_and_the_memory_is_bounded() {
        let used = UsedStates::default();
        assert!(used.mark("a"));
        assert!(!used.mark("a"));
        for n in 0..MOST {
            assert!(used.mark(&n.to_string()));
        }
        assert!(!used.holds("a"), "the oldest was forgotten");
        assert_eq!(used.0.lock().unwrap().len(), MOST);
    }
}
