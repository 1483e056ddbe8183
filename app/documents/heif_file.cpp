// HEIC and its relatives. The only file that includes libheif, which is optional.
#include <algorithm>
#include <array>
#include <memory>

#include "app/documents/document_file.h"
#include "app/documents/picture_decoder.h"

#ifdef SIGHTLINE_HAVE_LIBHEIF
#include <libheif/heif.h>
#endif

namespace sightline {

bool isHeif(const QByteArray& file) {
    if (file.size() < 12 || file.mid(4, 4) != "ftyp") return false;
    static constexpr std::array brands{"heic", "heix", "hevc", "hevx", "heim",
                                       "heis", "mif1", "msf1", "avif"};
    const QByteArray brand = file.mid(8, 4);
    return std::any_of(brands.begin(), brands.end(), [&](const char* known) { return brand == known; });
}

#ifdef SIGHTLINE_HAVE_LIBHEIF

namespace {

void check(const heif_error& error) {
    if (error.code == heif_error_Ok) return;
    if (error.code == heif_error_Memory_allocation_error)
        throw Error(ErrorKind::out_of_memory, "the picture needs too much memory");
    const QString reason = QString::fromUtf8(error.message).trimmed();
    if (error.code == heif_error_Unsupported_filetype || error.code == heif_error_Unsupported_feature)
        throw Error(ErrorKind::unsupported,
                    QStringLiteral("this installation cannot read it (%1)").arg(reason).toStdString());
    throw Error(ErrorKind::invalid_input,
                QStringLiteral("the picture is damaged or truncated (%1)").arg(reason).toStdString());
}

class HeifFile final : public DocumentFile {
  public:
    explicit HeifFile(const QByteArray& file) : context_(heif_context_alloc(), heif_context_free) {
        if (!context_) throw std::bad_alloc();
        check(heif_context_read_from_memory_without_copy(context_.get(), file.constData(),
                                                         static_cast<std::size_t>(file.size()), nullptr));
        heif_image_handle* handle = nullptr;
        check(heif_context_get_primary_image_handle(context_.get(), &handle));
        handle_ = {handle, heif_image_handle_release};
        checkPictureSize({heif_image_handle_get_width(handle), heif_image_handle_get_height(handle)});
    }

    DocumentFacts facts() const override {
        DocumentFacts facts{QStringLiteral("HEIC"), 1, {}, 1};
        const int pictures = heif_context_get_number_of_top_level_images(context_.get());
        if (pictures > 1)
            facts.notes << QStringLiteral("only the main one of its %1 pictures is read").arg(pictures);
        return facts;
    }

    RenderedPage page(int, const PageRequest& request) override {
        // Rotation and mirroring are properties of the picture here, and libheif applies them; what EXIF
        // says on top of them is to be ignored.
        const bool alpha = heif_image_handle_has_alpha_channel(handle_.get()) != 0;
        heif_image* decoded = nullptr;
        check(heif_decode_image(handle_.get(), &decoded, heif_colorspace_RGB,
                                alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, nullptr));
        const std::unique_ptr<heif_image, void (*)(const heif_image*)> image(decoded, heif_image_release);
        int row_bytes = 0;
        const uint8_t* pixels =
            heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &row_bytes);
        const QSize size(heif_image_get_width(image.get(), heif_channel_interleaved),
                         heif_image_get_height(image.get(), heif_channel_interleaved));
        checkPictureSize(size);
        if (!pixels || row_bytes < size.width() * (alpha ? 4 : 3))
            throw Error(ErrorKind::invalid_input, "the picture is damaged");
        const QImage view(pixels, size.width(), size.height(), row_bytes,
                          alpha ? QImage::Format_RGBA8888 : QImage::Format_RGB888);
        RenderedPage page;
        page.size = within(size, request.longest_side);
        if (request.pixels == Pixels::never) return page;
        page.image = opaqueImage(
            page.size == size ? view.copy()
                              : view.scaled(page.size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        return page;
    }

  private:
    std::unique_ptr<heif_context, void (*)(heif_context*)> context_;
    std::unique_ptr<heif_image_handle, void (*)(const heif_image_handle*)> handle_{nullptr,
                                                                                   heif_image_handle_release};
};

}  // namespace

std::unique_ptr<DocumentFile> openHeifFile(const QByteArray& file) {
    return std::make_unique<HeifFile>(file);
}

#else

std::unique_ptr<DocumentFile> openHeifFile(const QByteArray&) {
    throw Error(ErrorKind::unsupported, "this installation cannot read HEIC pictures");
}

#endif

}  // namespace sightline
