//! The lines of a text by its bytes, for front ends that have a place for every entry.

/// Where the lines of a text start.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    /// The lines of a text.
    pub fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = ends.filter_map(|(at, _)| u32::try_from(at + 1).ok());
        Self { starts: std::iter::once(0).chain(starts).collect() }
    }

    /// The one-based line of a byte.
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn a_line_starts_behind_the_end_of_the_one_before() {
        let lines = Lines::of("a\nbc\n\nd");
        let all: Vec<u32> = (0..7).map(|offset| lines.line(offset)).collect();
        assert_eq!(all, [1, 1, 2, 2, 2, 3, 4]);
    }
}
