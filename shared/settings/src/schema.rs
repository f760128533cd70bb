//! What the table expands to: the struct, the list of rows, and the reading of all.

use crate::values::kind;

/// One row of the table in words, for the page of settings, the template and the tests.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The environment variable.
    pub variable: &'static str,
    /// What it accepts.
    pub kind: &'static str,
    /// The default in profile `simplejwt`, as it would be typed; empty means not set.
    pub simplejwt: &'static str,
    /// The default in profile `hardened`.
    pub hardened: &'static str,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
}

impl Setting {
    /// Whether the value is a key, or holds passwords of clients.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        [kind::KEY.accepts, kind::CLIENTS.accepts].contains(&self.kind)
    }
}

/// Expands the table to [`Settings`], [`TABLE`](crate::table::TABLE) and the private reading of all rows.
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $variable:ident, $field:ident: $type:ty, $kind:ident, $simplejwt:literal, $hardened:literal;)+) => {
        /// Every setting, as a type.
        #[derive(Clone, Debug)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $field: $type,)+
            pub(crate) notes: Vec<$crate::fault::Fault>,
        }

        /// Every row of the table, in order.
        pub const TABLE: &[$crate::schema::Setting] = &[$($crate::schema::Setting {
            variable: stringify!($variable),
            kind: $crate::values::kind::$kind.accepts,
            simplejwt: $simplejwt,
            hardened: $hardened,
            doc: concat!($($doc),+).trim_ascii(),
        }),+];

        impl Settings {
            /// Reads all rows before it looks at the first fault, so that all are told.
            pub(crate) fn fill(
                profile: Profile,
                lookup: &impl Fn(&str) -> Option<String>,
                faults: &mut $crate::fault::Faults,
            ) -> Option<Self> {
                $(let $field = {
                    let (variable, given) = $crate::former::given(stringify!($variable), lookup);
                    let default = profile.of($simplejwt, $hardened);
                    faults.keep($crate::values::kind::$kind.take(variable, given, default))
                };)+
                Some(Self { $($field: $field?,)+ notes: Vec::new() })
            }
        }
    };
}
pub(crate) use settings;
