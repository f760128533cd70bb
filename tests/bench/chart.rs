//! The starts as a picture for the README.

use crate::{candidates::Kind, measured::Measured};
use std::fmt::Write;

const LEFT: f64 = 150.0;
const WIDTH: f64 = 760.0;
const ROW: f64 = 26.0;

/// Bars of the median starts.
pub(crate) fn draw(measured: &[Measured], heading: &str) -> String {
    let longest = measured.iter().map(Measured::init).fold(1.0, f64::max);
    let height = 70.0 + ROW * measured.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"10\" y=\"22\" font-weight=\"bold\">From spawn to ready, in milliseconds</text>\n\
         <text x=\"10\" y=\"42\" fill=\"#555\" font-size=\"11\">{heading}; make bench</text>\n"
    );
    for (place, one) in measured.iter().enumerate() {
        let (top, init) = (60.0 + ROW * place as f64, one.init());
        let bar = (init / longest * (WIDTH - LEFT - 70.0)).max(1.0);
        let (middle, name, end) = (top + 13.0, &one.name, LEFT + bar + 6.0);
        let colour = colour(one.kind);
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{name}</text>\n\
             <rect x=\"{LEFT}\" y=\"{top}\" width=\"{bar:.1}\" height=\"18\" fill=\"{colour}\"/>\n\
             <text x=\"{end:.1}\" y=\"{middle}\">{init:.1}</text>\n",
            LEFT - 8.0
        );
    }
    svg + "</svg>\n"
}

fn colour(kind: Kind) -> &'static str {
    match kind {
        Kind::Floor => "#777777",
        Kind::Ours => "#2f6fb0",
        Kind::Theirs => "#b0772f",
    }
}
