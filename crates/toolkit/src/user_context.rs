//! What an application puts beside a request.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// A value of the application's own type that travels with a request to the error handlers and claims. Put it into
/// the extensions of the request before the session layer sees it.
#[derive(Clone, Default)]
pub struct UserContext(Option<Arc<dyn Any + Send + Sync>>);

impl UserContext {
    /// With a value.
    pub fn new<T: Any + Send + Sync>(value: T) -> Self {
        Self(Some(Arc::new(value)))
    }

    /// The value, if it is of this type.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.as_ref()?.downcast_ref()
    }
}

impl fmt::Debug for UserContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UserContext").field(&self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_decides() {
        let context = UserContext::new(7_u32);
        assert_eq!(context.get::<u32>(), Some(&7));
        assert_eq!(context.get::<u64>(), None);
        assert_eq!(UserContext::default().get::<u32>(), None);
    }
}
