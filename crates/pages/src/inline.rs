//! What stands inside every page instead of being fetched: the stylesheet and the one script, with their hashes.

use std::sync::LazyLock;

use askama::Template;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The stylesheet as it stands in the pages.
static STYLE: LazyLock<String> = LazyLock::new(|| squeeze(include_str!("../style/onward.css")));

/// Posts the only form of [`FormPostPage`](crate::FormPostPage). Called through the prototype, as a field named
/// `submit` would hide the form's own method.
const SCRIPT: &str = "HTMLFormElement.prototype.submit.call(document.forms[0])";

/// More than any usual page takes, so that a page is written without moving it.
const ROOM: usize = 14 * 1024;

/// The hash of the inline stylesheet for the CSP directive `style-src`, without quotes: `sha256-…`.
pub fn style_hash() -> &'static str {
    static HASH: LazyLock<String> = LazyLock::new(|| hash(&STYLE));
    &HASH
}

/// The hash of the script of [`FormPostPage`](crate::FormPostPage) for the CSP directive `script-src`, without
/// quotes: `sha256-…`.
pub fn script_hash() -> &'static str {
    static HASH: LazyLock<String> = LazyLock::new(|| hash(SCRIPT));
    &HASH
}

/// The stylesheet, for the layout.
pub(crate) fn style() -> &'static str {
    &STYLE
}

/// The script, for the one page that has it.
pub(crate) const fn script() -> &'static str {
    SCRIPT
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
