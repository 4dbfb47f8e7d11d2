//! Reading an HTTP/1 answer by hand, whatever its status: terminals answer with numbers that are none of HTTP's.

/// Most bytes of one answer.
pub(crate) const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(pub &'static str);

/// Reads an answer as far as it has come; nothing while a part is missing. `end` = no more will come.
pub(crate) fn parse(bytes: &[u8], end: bool) -> Result<Option<Answer>, Malformed> {
    let mut headers = [httparse::EMPTY_HEADER; 48];
    let mut response = httparse::Response::new(&mut headers);
    let head = match response.parse(bytes).map_err(|_| Malformed("this is no HTTP"))? {
        httparse::Status::Complete(head) => head,
        httparse::Status::Partial => return Ok(None),
    };
    let status = response.code.unwrap_or(0);
    let header = |name: &str| {
        response
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let body = &bytes[head..];
    if header("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked")) {
        return Ok(dechunk(body)?.map(|body| Answer { status, body }));
    }
    if let Some(length) = header("content-length") {
        let length: usize = length.trim().parse().map_err(|_| Malformed("a length that is no number"))?;
        return Ok((body.len() >= length).then(|| Answer { status, body: body[..length.min(body.len())].to_vec() }));
    }
    Ok(end.then(|| Answer { status, body: body.to_vec() }))
}

fn dechunk(mut bytes: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
    let mut body = Vec::new();
    loop {
        match httparse::parse_chunk_size(bytes) {
            Ok(httparse::Status::Complete((_, 0))) => return Ok(Some(body)),
            Ok(httparse::Status::Complete((head, size))) => {
                let size = usize::try_from(size).ok().filter(|&size| size <= ANSWER_BYTES_MAX);
                let Some(size) = size else { return Err(Malformed("a chunk is too long")) };
                if bytes.len() < head + size + 2 {
                    return Ok(None);
                }
                body.extend_from_slice(&bytes[head..head + size]);
                bytes = &bytes[head + size + 2..];
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(Malformed("a chunk without a size")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen<T> = Result<Option<(u16, T)>, &'static str>;

    fn read(text: &str, end: bool) -> Seen<String> {
        parse(text.as_bytes(), end)
            .map(|answer| answer.map(|answer| (answer.status, String::from_utf8(answer.body).unwrap())))
            .map_err(|_| "unreadable")
    }

    #[test]
    fn answers_of_every_shape() {
        let rows: [(&str, bool, Seen<&str>); 9] = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, Ok(Some((200, "{}")))),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", true, Ok(None)),
            ("HTTP/1.1 107 \r\n\r\n{}", true, Ok(Some((107, "{}")))),
            ("HTTP/1.0 999 Odd\r\ncontent-length: 2\r\n\r\n{}", false, Ok(Some((999, "{}")))),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", false, Ok(Some((200, "{}")))),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", true, Ok(None)),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", true, Err("unreadable")),
            ("HTTP/1.1 200", false, Ok(None)),
            ("hello there\r\n\r\n", false, Err("unreadable")),
        ];
        for (text, end, expected) in rows {
            assert_eq!(read(text, end), expected.map(|some| some.map(|(status, body)| (status, body.to_owned()))), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(0_u8.., 0..300), tail in "[0-9a-f\r\n{}]{0,40}") {
            let _ = parse(&bytes, true);
            let _ = parse(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{tail}").as_bytes(), false);
        }
    }
}
