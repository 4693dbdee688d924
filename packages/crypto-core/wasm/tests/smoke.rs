use hammerwork_ciphers::simd::V;
use hammerwork_ciphers::*;
#[test]
fn fips197() {
    unsafe {
        let key: Vec<u8> = (0..32).collect();
        let mut rk = [V::zero(); 15];
        aes::expand_key(key.as_ptr(), rk.as_mut_ptr());
        let pt: Vec<u8> = (0..16).map(|i| i * 0x11).collect();
        let mut x = [V::load(pt.as_ptr()); 2];
        aes::encrypt(rk.as_ptr(), &mut x);
        let mut out = [0u8; 16];
        x[1].store(out.as_mut_ptr());
        assert_eq!(
            out,
            [0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60, 0x89]
        );
        // sliced
        let mut sl = [[V::zero(); 8]; 15];
        aes_sliced::slice_keys(rk.as_ptr(), sl.as_mut_ptr().cast());
        let mut blk = [7u8; 16];
        blk[15] = 0x40;
        let ks = aes_sliced::encrypt_counters(sl.as_ptr().cast(), V::load(blk.as_ptr()));
        for j in 0..8 {
            blk[15] = 0x40 + j as u8;
            let mut y = [V::load(blk.as_ptr())];
            aes::encrypt(rk.as_ptr(), &mut y);
            let mut a = [0u8; 16];
            let mut b = [0u8; 16];
            y[0].store(a.as_mut_ptr());
            ks[j].store(b.as_mut_ptr());
            assert_eq!(a, b, "{j}");
        }
    }
}
