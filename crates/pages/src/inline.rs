//! What stands inside every page instead of being fetched: the stylesheet and the scripts, with their hashes.

use std::sync::LazyLock;

use askama::Template;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The stylesheet as it stands in the pages.
static STYLE: LazyLock<String> = LazyLock::new(|| squeeze(include_str!("../style/onward.css")));

/// A script that stands in a page. None holds state that matters, and every page works without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Posts the only form of [`FormPostPage`](crate::FormPostPage). Called through the prototype, as a field named
    /// `submit` would hide the form's own method.
    Post,
    /// Presses the button of [`FollowLinkPage`](crate::FollowLinkPage), once somebody looks at the page: not while a
    /// browser prepares it beforehand.
    Follow,
    /// Looks every three seconds, for ten minutes and while somebody looks, whether [`LinkSentPage`](crate::LinkSentPage)
    /// leads on by now.
    Wait,
}

/// More than any usual page takes, so that a page is written without moving it.
const ROOM: usize = 14 * 1024;

/// The hash of the inline stylesheet for the CSP directive `style-src`, without quotes: `sha256-…`.
pub fn style_hash() -> &'static str {
    static HASH: LazyLock<String> = LazyLock::new(|| hash(&STYLE));
    &HASH
}

impl Script {
    /// The text, as it stands in the page.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Post => "HTMLFormElement.prototype.submit.call(document.forms[0])",
            Self::Follow => {
                "(function(){\
                 var go=function(){HTMLFormElement.prototype.submit.call(document.forms[0])};\
                 document.prerendering?document.addEventListener('prerenderingchange',go,{once:true}):go()\
                 })()"
            }
            Self::Wait => {
                "(function(){\
                 var left=200,look=function(){\
                 if(document.hidden){later();return}\
                 fetch(location.href,{redirect:'manual',headers:{accept:'text/html'}}).then(function(a){\
                 a.type==='opaqueredirect'?location.replace(location.href):later()},later)},\
                 later=function(){if(--left)setTimeout(look,3000)};\
                 later()\
                 })()"
            }
        }
    }

    /// Its hash for the CSP directive `script-src`, without quotes: `sha256-…`.
    pub fn hash(self) -> &'static str {
        static HASHES: LazyLock<[String; 3]> =
            LazyLock::new(|| [Script::Post, Script::Follow, Script::Wait].map(|script| hash(script.text())));
        &HASHES[self as usize]
    }
}

/// The stylesheet, for the layout.
pub(crate) fn style() -> &'static str {
    &STYLE
}

/// Renders a page.
pub(crate) fn page(page: &impl Template) -> String {
    let mut html = String::with_capacity(ROOM);
    page.render_into(&mut html).expect("writing to a string cannot fail");
    html
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(digest::digest(&digest::SHA256, text.as_bytes())))
}

/// Leaves out comments and indentation: they are for us, not for the wire.
fn squeeze(css: &str) -> String {
    let mut squeezed = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        squeezed.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    squeezed.push_str(rest);
    squeezed.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_loses_what_is_for_us_and_nothing_else() {
        let css = "/* a */\n:root {\n  --x: 1px; /* b\n c */\n}\n\n.y { margin: 0 }\n";
        assert_eq!(squeeze(css), ":root {--x: 1px;}.y { margin: 0 }");
        let style = style();
        assert_eq!(style.matches('{').count(), style.matches('}').count());
        for end in ["</", "/*", "@import", "url("] {
            assert!(!style.contains(end), "{end}");
        }
    }
}
