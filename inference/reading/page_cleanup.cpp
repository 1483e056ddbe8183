#include "inference/reading/page_cleanup.h"
namespace sightline {
CleanedPicture cleanPicture(const cv::Mat& bgr, const CleanupOptions&) {
    CleanedPicture out;
    out.bgr = bgr;
    return out;
}
CleanedPicture turned(const CleanedPicture& picture, int quarters) {
    CleanedPicture out = picture;
    const double w = picture.bgr.cols;
    const double h = picture.bgr.rows;
    constexpr int codes[] = {0, cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE};
    cv::rotate(picture.bgr, out.bgr, codes[quarters]);
    cv::Matx33d back = cv::Matx33d::eye();
    if (quarters == 1) back = {0, 1, 0, -1, 0, h, 0, 0, 1};
    if (quarters == 2) back = {-1, 0, w, 0, -1, h, 0, 0, 1};
    if (quarters == 3) back = {0, -1, w, 1, 0, 0, 0, 0, 1};
    out.to_original = picture.to_original * back;
    out.rotation = (4 - quarters) % 4 * 90;
    out.notes.push_back("turned");
    return out;
}
Quad toOriginal(const CleanedPicture& picture, const Quad& quad) {
    Quad out;
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Vec3d p = picture.to_original * cv::Vec3d(quad[i].x, quad[i].y, 1);
        out[i] = {p[0] / p[2], p[1] / p[2]};
    }
    return out;
}
}  // namespace sightline
