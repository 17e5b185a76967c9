"""Links within the PDF.

Typst lays out every paragraph with a link to a label twice, since it knows where labels stand only after the first
time; for a book full of citations that is half of its work. So the book's links are addresses, `place:label`, which
cost nothing, and its last page shows each of them once beside a true link to the label. What that link says of its
place is put into all others, and the page is taken out.
"""

from __future__ import annotations

from io import BytesIO

from pikepdf import Name, NumberTree, ObjectStreamMode, Pdf


def lead(pdf: bytes) -> bytes:
    """A PDF as book.typ makes it, with links that lead to their places, and packed more closely."""
    with Pdf.open(BytesIO(pdf)) as book:
        told = list(book.pages[-1].obj.get(Name.Annots, ()))
        _without_last_page(book)
        pairs = zip(told[::2], told[1::2], strict=True)
        places = {str(link.A.URI): (true.Dest, true.Contents) for link, true in pairs}
        for page in book.pages:
            for link in page.obj.get(Name.Annots, ()):
                action = link.get(Name.A)
                if action is not None and (place := places.get(str(action.get(Name.URI)))):
                    del link[Name.A]
                    link[Name.Dest], link[Name.Contents] = place
        made = BytesIO()
        # The file's identifier keeps its first half, which Typst makes from the contents; the other would be chance.
        book.save(made, static_id=True, object_stream_mode=ObjectStreamMode.generate, fix_metadata_version=False)
        return made.getvalue()


def _without_last_page(book: Pdf) -> None:
    """Take the last page out, and what counts it: the labels of the pages, and their number in the metadata."""
    del book.pages[-1]
    count = len(book.pages)
    NumberTree(book.Root.PageLabels).pop(count, None)
    metadata = book.Root.Metadata
    metadata.write(metadata.read_bytes().replace(b"NPages>%d<" % (count + 1), b"NPages>%d<" % count))
